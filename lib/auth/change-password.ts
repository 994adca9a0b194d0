import { ne } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { secondStepOf } from "@/lib/factors/second-step";
import { queueMail } from "@/lib/mail/queue-mail";
import { assessNewPassword } from "./assess-new-password";
import { doneBy } from "./asked-by";
import { patienceOf } from "./attempt-limits";
import { changeWays } from "./change-ways";
import { forgetWrongGuesses } from "./forget-wrong-guesses";
import { hashPassword } from "./hash-password";
import { isCommitted } from "./is-committed";
import { readOwnSession } from "./own-session";
import { type ProofShown, refuseUnproven } from "./require-proof";
import type { PasswordInput } from "./schema";
import { verifyOwnPassword, wrongPassword } from "./verify-own-password";

const CHANGED = "Your password is changed. Your other sessions end within seconds; you need not try again.";

/**
 * Sets a new password and ends every other session of the account, in one transaction. Where the second step is on, the
 * password alone does not do it: it needs a step-up. Errors: `invalid_input` (the reason under `newPassword`),
 * `invalid_credentials` (the current password is not right, or was changed meanwhile), `proof_required`,
 * `unauthenticated`, `rate_limited`, `unavailable` (nothing was done, or the ends are not acknowledged yet: its detail says so).
 */
export async function changePassword(context: UserContext, input: PasswordInput, shown: ProofShown = { secret: null }): Promise<Failure | void> {
  const deadline = patienceOf(context);
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const { user, factors } = own;
  // No factor comes or goes without the counter, which is compared under the locks.
  const proof = secondStepOf(factors) ? shown : undefined;
  const unproven = proof && refuseUnproven(own, proof);
  if (unproven) return unproven;
  const wrong = await verifyOwnPassword(context, user, { password: input.currentPassword, field: "currentPassword" }, deadline);
  if (wrong) return wrong;
  const assessed = await assessNewPassword(context, input.newPassword, [user.email, user.name], deadline);
  if (isFailure(assessed)) return assessed;
  if (!assessed.acceptable) return fail("invalid_input", { errors: [{ path: "newPassword", message: assessed.advice }] });
  const passwordHash = await hashPassword(context, input.newPassword, deadline);
  if (isFailure(passwordHash)) return passwordHash;
  const ended = await changeWays(context, {
    ways: user.ways,
    ...(proof && { proof }),
    ends: { where: ne(sessions.id, context.actor.sessionId), reason: "password_changed" },
    async change(tx) {
      const { sessionId } = tx.actor;
      await forgetWrongGuesses(tx, user.id);
      await recordEvents(tx, [{ userId: user.id, type: "password.changed", sessionId }]);
      await queueMail(tx, { kind: "password_changed", userId: user.id, address: user.email, facts: { done: doneBy(tx), reset: false }, wayBack: { number: user.ways + 1 }, about: { sessionId } });
      return { passwordHash };
    },
  });
  if (isFailure(ended) && ended.failure === "conflict") return wrongPassword("currentPassword");
  // Committed: who tried again would be told that the current password is wrong.
  if (isFailure(ended)) return isCommitted(ended) ? { ...ended, detail: CHANGED } : ended;
}
