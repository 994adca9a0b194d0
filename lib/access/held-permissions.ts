import { and, eq, isNull } from "drizzle-orm";
import { roles, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { knownPermissions } from "./known-permissions";
import type { Permission } from "./schema";

/**
 * What a user may do now: one indexed join, asked anew each time, so that a demotion counts at the very next
 * request. Nothing of it is cached. A disabled account may nothing.
 */
export async function heldPermissions({ db }: Context, userId: string): Promise<Permission[]> {
  const [row] = await db
    .select({ permissions: roles.permissions })
    .from(users)
    .innerJoin(roles, eq(roles.name, users.role))
    .where(and(eq(users.id, userId), isNull(users.disabledAt)));
  return knownPermissions(row?.permissions ?? []);
}
