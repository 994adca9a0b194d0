import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { isLate } from "@/lib/sessions/is-late";
import { lockOwnSession, type OwnSession } from "./own-session";
import { type ProofShown, refuseUnproven } from "./require-proof";

/** What must hold of the session and its account. */
export type Asks = {
  /** The account's counter, read in the statement that read what was verified, or before; not given where nothing was. */
  ways?: number;
  /** For what needs a step-up. */
  proof?: ProofShown;
};

/** Locks the session of who asks, under its account's lock, and checks what must hold. Errors: `unauthenticated`, `proof_required`, `conflict` (the counter has risen). */
export async function admitOwnSession(tx: UserContext, { ways, proof }: Asks): Promise<OwnSession | Failure> {
  const own = await lockOwnSession(tx);
  if (isFailure(own)) return own;
  const unproven = proof && refuseUnproven(own, proof);
  if (unproven) return unproven;
  if (ways !== undefined && own.user.ways !== ways) return fail("conflict", { detail: "Something about how you sign in has just been changed. Please try again." });
  return own;
}

/** Runs `work` in a transaction under the locks of account and session, for what changes no way in (`changeWays` does). Errors: those, of `work`, and `unavailable` (too late to be answered, and nothing is done). */
export async function underOwnSession<T>(context: UserContext, asks: Asks, work: (tx: UserContext, own: OwnSession) => Promise<T | Failure>): Promise<T | Failure> {
  return inTransaction<UserContext, T>(context, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, tx.actor.userId)).for("no key update");
    const own = await admitOwnSession(tx, asks);
    const done = isFailure(own) ? own : await work(tx, own);
    return !isFailure(done) && isLate(tx) ? fail("unavailable") : done;
  });
}
