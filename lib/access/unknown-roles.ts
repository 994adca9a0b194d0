import { inArray } from "drizzle-orm";
import { roles } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** What `REQUIRE_SECOND_FACTOR` names and is no role: a slip there would leave those who are meant without. */
export async function unknownRoles({ db, settings }: Context): Promise<string[]> {
  const named = settings.REQUIRE_SECOND_FACTOR;
  if (named.length === 0) return [];
  const known = new Set((await db.select({ name: roles.name }).from(roles).where(inArray(roles.name, named))).map(({ name }) => name));
  return named.filter((name) => !known.has(name));
}
