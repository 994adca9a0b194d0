import { and, eq, isNull } from "drizzle-orm";
import { databaseNow, devices, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { addIdentity } from "@/lib/factors/add-identity";
import { providerLabel } from "@/lib/factors/provider-label";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import { findUser } from "@/lib/users/find-user";
import type { Account } from "./find-account";
import { forgetWrongGuesses } from "./forget-wrong-guesses";
import { isCommitted } from "./is-committed";
import { type KeptIdentity, refusedIdentity } from "./pending-identity";
import { raisedByCut } from "./reset-password";
import { takeBackDeletion } from "./take-back-deletion";
import { takeBackFactors, takeBackIdentities } from "./take-back-factors";

const DONE = "Your address is confirmed, and the account is yours. Sign in once more in a moment.";

/**
 * Gives an account whose address nobody had proven to whoever has just proven it at another provider or by a code (ACCOUNTS 6): a
 * stranger may have made it, so nothing of before stays, neither password nor sessions, devices, factors or links. What was
 * verified opens it from then on. Returns its counter as it is then. Errors: `invalid_credentials` (it was changed meanwhile), `conflict`
 * (the identity is linked by now), `unavailable`, those of `spend`.
 */
export async function takeOverAccount(context: Context, account: Account, identity: KeptIdentity, spend: (tx: Context) => Promise<Failure | void>): Promise<number | Failure> {
  const { id: userId, ways } = account;
  const ended = await endSessions(context, {
    of: [userId],
    reason: "password_reset",
    async also(tx) {
      const user = await findUser(tx, userId);
      if (!user || user.ways !== ways || user.emailVerified || user.disabledAt) return refusedIdentity(tx, identity);
      const refused = (await spend(tx)) ?? (await take(tx, user, identity));
      if (refused) return refused;
      if (isLate(tx)) return fail("unavailable");
    },
  });
  if (isFailure(ended)) return isCommitted(ended) ? { ...ended, detail: DONE } : ended;
  return ways + 1;
}

async function take(tx: Context, user: typeof users.$inferSelect, identity: KeptIdentity): Promise<Failure | void> {
  const { id: userId } = user;
  await tx.db.update(devices).set({ forgottenAt: databaseNow }).where(and(eq(devices.userId, userId), isNull(devices.forgottenAt)));
  const factors = await takeBackFactors(tx, user);
  await takeBackIdentities(tx, userId);
  const linked = await addIdentity(tx, userId, identity, { number: user.ways + 1, isUsed: true });
  if (isFailure(linked)) return linked;
  await forgetWrongGuesses(tx, userId);
  await takeBackDeletion(tx, user, { email: user.email });
  await tx.db.update(users).set({ passwordHash: null, emailVerified: true, ...factors, ...raisedByCut() }).where(eq(users.id, userId));
  await recordEvents(tx, [
    { userId, type: "email.verified", actor: "user" },
    { userId, type: "identity.linked", actor: "user", detail: { provider: identity.provider, name: providerLabel(tx.settings, identity.provider) } },
  ]);
}
