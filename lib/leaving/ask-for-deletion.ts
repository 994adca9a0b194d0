import { lockAccess } from "@/lib/access/lock-access";
import { doneBy } from "@/lib/auth/asked-by";
import { changeWays } from "@/lib/auth/change-ways";
import { isCommitted } from "@/lib/auth/is-committed";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { planDeletion } from "./plan-deletion";
import type { Deletion } from "./schema";

/**
 * Asks for the caller's account to be deleted (ACCOUNTS 11): every session of it ends, this one too, and what is under way
 * comes to nothing. Until it is due a full sign-in can keep it, and do nothing else. It needs a step-up. Resolves once no session can
 * be accepted again. Errors: `unauthenticated`, `proof_required`; `conflict` (the last administrator); `unavailable` (committed, but not
 * acknowledged yet).
 */
export async function askForDeletion(context: UserContext, proof: ProofShown): Promise<Deletion | Failure> {
  let dueAt: Date | null = null;
  const ended = await changeWays(context, {
    proof,
    ends: { where: undefined, reason: "deleted" },
    async change(tx, { user }) {
      await lockAccess(tx);
      const planned = await planDeletion(tx, { user, done: doneBy(tx) });
      if (isFailure(planned)) return planned;
      dueAt = planned;
      return { deletionDueAt: planned };
    },
  });
  if (isFailure(ended)) return isCommitted(ended) ? { ...ended, detail: "It is done: your account will be deleted, and where you were signed in ends within seconds." } : ended;
  return { dueAt: iso(dueAt as unknown as Date) };
}
