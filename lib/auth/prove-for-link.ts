import { and, eq, sql } from "drizzle-orm";
import { attempts, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { inTransaction } from "@/lib/core/transaction";
import { isLate } from "@/lib/sessions/is-late";
import { findUser } from "@/lib/users/find-user";
import { type AttemptCredential, type AttemptRow, isOpen } from "./attempt-row";
import type { BegunAttempt } from "./begin-attempt";
import { findAccount } from "./find-account";
import type { Way } from "./policy";
import type { RightProof } from "./right-proof";
import { sendCode } from "./send-code";
import { whatIsAsked } from "./what-is-asked";

/**
 * Notes what was shown of the account that has the address, spends it, and finds out what the policy asks of that sign-in besides, under the
 * account's lock. Where nothing more is asked the attempt waits for the press that links (`linkByAttempt`): nothing is linked here. An
 * account that is to be deleted can be kept by it, and nothing else.
 * Errors: `attempt_over`, `invalid_credentials` (a way in was changed, or the account disabled meanwhile), `unavailable`, and those of spending.
 */
export function proveForLink(context: Context, { attempt, credential }: { attempt: AttemptRow; credential: AttemptCredential }, right: RightProof): Promise<BegunAttempt | Failure> {
  return inTransaction(context, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, attempt.userId ?? "")).for("no key update");
    const account = await findAccount(tx, attempt.emailKey, attempt.browserId);
    if (!account || account.id !== attempt.userId || account.ways !== attempt.ways || account.disabled) return fail("invalid_credentials");
    const spent = await right.spend?.(tx);
    if (spent) return spent;
    const proven = [...attempt.proven, right.way] as Way[];
    const first = proven.includes("passkey") ? "passkey" : "password";
    const asked = await whatIsAsked(tx, { first, account, email: attempt.email, next: attempt.next, rules: attempt.rules as UnusualRule[], proven }, attempt.browserId);
    const keeps = asked === null && ((await findUser(tx, account.id))?.deletionDueAt ?? null) !== null;
    const [now] = await tx.db
      .update(attempts)
      .set({ proven, asked: [...(asked ?? [])], keeps, codes: [], ...(right.way !== "approval" && { guesses: sql`greatest(${attempts.guesses} - 1, 0)` }) })
      // Of two that were compared at once one finds it as it was.
      .where(and(eq(attempts.id, attempt.id), isOpen, eq(attempts.proven, attempt.proven), right.attemptStill))
      .returning();
    if (!now) return fail("attempt_over");
    const proved = { attempt: asked?.[0] === "email_code" ? await sendCode(tx, now) : now, credential };
    return isLate(tx) ? fail("unavailable") : proved;
  });
}
