import { and, eq, exists, inArray, isNotNull, not, or, type SQL } from "drizzle-orm";
import { passkeys, totpFactors, users } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { Settings } from "@/lib/platform/env";

type Roles = Pick<Settings, "REQUIRE_SECOND_FACTOR">;

/** Whether whoever has this role needs a second step (`REQUIRE_SECOND_FACTOR`). */
export function requiresSecondFactor({ REQUIRE_SECOND_FACTOR }: Roles, role: string): boolean {
  return REQUIRE_SECOND_FACTOR.includes(role);
}

/** A condition on rows of `users`: theirs is such a role. */
export function isRequiredOf({ REQUIRE_SECOND_FACTOR }: Roles): SQL {
  return inArray(users.role, REQUIRE_SECOND_FACTOR);
}

/** Likewise: and they have nothing yet by which a second step could be given; undefined where that is asked of nobody. */
export function isMissingFactor({ db, settings }: Pick<Context, "db" | "settings">): SQL | undefined {
  if (settings.REQUIRE_SECOND_FACTOR.length === 0) return undefined;
  const app = db.select({ id: totpFactors.id }).from(totpFactors).where(and(eq(totpFactors.userId, users.id), isNotNull(totpFactors.confirmedAt)));
  const key = db.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.userId, users.id));
  return and(isRequiredOf(settings), not(or(exists(app), exists(key)) as SQL));
}

/**
 * Refuses who has a role that needs a second step, and none: in such a session only setting one up is possible (ACCOUNTS 4).
 * `role`: as it was last shown, which spares everyone else the one indexed statement. Errors: `forbidden`.
 */
export async function refuseUntilSetUp(context: UserContext, role: string): Promise<Failure | void> {
  if (requiresSecondFactor(context.settings, role) && (await mustSetUp(context))) return setUpFirst();
}

export async function mustSetUp(context: UserContext): Promise<boolean> {
  const missing = isMissingFactor(context);
  if (!missing) return false;
  const [found] = await context.db.select({ id: users.id }).from(users).where(and(eq(users.id, context.actor.userId), missing));
  return found !== undefined;
}

export function setUpFirst(): Failure {
  return fail("forbidden", { detail: "Your role needs a second step. Set one up under Security first." });
}
