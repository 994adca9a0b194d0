import { sql } from "drizzle-orm";
import { roles } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { builtInRoles } from "./schema";

/** Writes the built-in roles as this version knows them. Part of each migration. */
export async function seedRoles({ db }: Pick<Context, "db">): Promise<void> {
  await db
    .insert(roles)
    .values(Object.entries(builtInRoles).map(([name, permissions]) => ({ name, builtIn: true, permissions: [...permissions] })))
    .onConflictDoUpdate({ target: roles.name, set: { builtIn: true, permissions: sql`excluded.permissions` } });
}
