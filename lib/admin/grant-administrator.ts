import { eq, sql } from "drizzle-orm";
import { users } from "@/db/schema";
import { lockAccess } from "@/lib/access/lock-access";
import { ADMINISTRATOR } from "@/lib/access/schema";
import { requiresSecondFactor } from "@/lib/access/second-factor-required";
import { emailKey } from "@/lib/auth/email-key";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { secondStepSince } from "@/lib/factors/account-factors";
import { dropCachedUser } from "@/lib/users/cached-user";

/**
 * Makes an existing account an administrator's, by the operator's own hand: no request can do this. `unproven`: also one
 * whose address nobody has proven. Errors: `not_found`; `conflict` (nobody has); `forbidden` for anyone but the system.
 */
export async function grantAdministrator(context: Context, email: string, { unproven = false } = {}): Promise<Failure | void> {
  if (context.actor.kind !== "system") return fail("forbidden");
  const userId = await inTransaction(context, async (tx) => {
    const [user] = await tx.db.select({ id: users.id, role: users.role, emailVerified: users.emailVerified, secondStep: users.secondStep }).from(users).where(eq(users.emailKey, emailKey(email))).for("no key update");
    await lockAccess(tx);
    if (!user) return fail("not_found");
    if (user.role === ADMINISTRATOR) return user.id;
    if (!user.emailVerified && !unproven) return fail("conflict");
    // What is under way there, or was proven, was not asked what an administrator may be asked (`REQUIRE_SECOND_FACTOR`).
    const since = secondStepSince(user.secondStep || requiresSecondFactor(tx.settings, ADMINISTRATOR));
    await tx.db.update(users).set({ role: ADMINISTRATOR, ways: sql`${users.ways} + 1`, secondStepSince: since }).where(eq(users.id, user.id));
    await recordEvents(tx, [{ userId: user.id, type: "role.changed", detail: { role: { from: user.role, to: ADMINISTRATOR } } }]);
    return user.id;
  });
  if (typeof userId !== "string") return userId;
  await dropCachedUser(context, userId);
}
