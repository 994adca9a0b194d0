import { asc, desc } from "drizzle-orm";
import { roles } from "@/db/schema";
import type { Page } from "@/lib/core/page";
import { knownPermissions } from "./known-permissions";
import type { AdminContext } from "./require-permission";
import type { Role } from "./schema";

/** All roles, the built-in ones first. There are few: always one page. */
export async function listRoles({ db }: AdminContext<"users.read">): Promise<Page<Role>> {
  const rows = await db.select().from(roles).orderBy(desc(roles.builtIn), asc(roles.name));
  return { items: rows.map((row) => ({ ...row, permissions: knownPermissions(row.permissions) })), nextCursor: null };
}
