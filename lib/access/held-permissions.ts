import { and, eq, isNull, not } from "drizzle-orm";
import { roles, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { knownPermissions } from "./known-permissions";
import type { Permission } from "./schema";
import { isMissingFactor } from "./second-factor-required";

/**
 * What a user may do now: one indexed join, asked anew each time, so that a demotion counts at the very next
 * request. Nothing of it is cached. A disabled account may nothing, nor may one whose role needs a second step that it has not.
 */
export async function heldPermissions(context: Context, userId: string): Promise<Permission[]> {
  const missing = isMissingFactor(context);
  const [row] = await context.db
    .select({ permissions: roles.permissions })
    .from(users)
    .innerJoin(roles, eq(roles.name, users.role))
    .where(and(eq(users.id, userId), isNull(users.disabledAt), missing && not(missing)));
  return knownPermissions(row?.permissions ?? []);
}
