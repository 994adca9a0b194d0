import { and, eq, lt, type SQL, sql } from "drizzle-orm";
import { attempts } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { type AttemptRow, isOpen, MOST_GUESSES } from "./attempt-row";
import { beginAttempt } from "./begin-attempt";
import { isStillSent, matchingCode } from "./email-code";
import { finishAttempt } from "./finish-attempt";
import { refuseManyCodes } from "./mail-budgets";
import { type OwnSession, readOwnSession } from "./own-session";
import { waysToProve } from "./require-proof";
import type { RightProof } from "./right-proof";
import { resendCode } from "./send-code";
import { underOwnSession } from "./under-own-session";

/**
 * Sends a code for a step-up to the account's own address, where there is nothing else that it could be given by. It is
 * good in this session alone; what is kept of it is an attempt that nobody holds. Errors: `proof_required` (with the ways
 * that would do: this is none of them), `rate_limited`, `unauthenticated`, `attempt_over`.
 */
export async function sendStepUpCode(context: UserContext): Promise<OwnSession | Failure> {
  const before = await readOwnSession(context);
  if (isFailure(before)) return before;
  const refused = refuseOtherWays(before);
  if (refused) return refused;
  const tooMany = await refuseManyCodes(context, context.actor.userId, "step-up");
  if (tooMany) return tooMany;
  return underOwnSession<OwnSession>(context, {}, async (tx, own) => {
    const unfit = refuseOtherWays(own);
    if (unfit) return unfit;
    const open = await findOpen(tx, own.user.ways);
    // A code that nobody may try any more is worth no other mail.
    const sent = open && open.guesses < MOST_GUESSES ? await resendCode(tx, open) : await begin(tx, own);
    return isFailure(sent) ? sent : own;
  });
}

/**
 * Compares what was typed with the code that this session was sent for a step-up; a guess is taken before. Errors:
 * `attempt_over` (none was sent, or it is used up), `invalid_code`.
 */
export async function compareStepUpCode(context: UserContext, ways: number, typed: string): Promise<RightProof | Failure> {
  const attempt = await takeGuess(context, ways);
  if (!attempt) return fail("attempt_over");
  const code = matchingCode(context, attempt, typed);
  if (!code) return fail("invalid_code", { triesLeft: MOST_GUESSES - attempt.guesses });
  const right: RightProof = { way: "email_code", attemptStill: isStillSent(code) };
  return { ...right, spend: (tx) => finishAttempt(tx, attempt, right) };
}

/** Whether this session has been sent a code that still can be given. */
export async function isStepUpCodeSent(context: UserContext, { user }: OwnSession): Promise<boolean> {
  const open = await findOpen(context, user.ways);
  return open !== null && open.guesses < MOST_GUESSES;
}

function refuseOtherWays(own: OwnSession): Failure | undefined {
  const ways = waysToProve(own);
  return ways.includes("email_code") ? undefined : fail("proof_required", { ways });
}

/** Which one of the session is open; of the counter given, so that nothing of before a change is. There is one at the most: the next revokes it. */
function isOpenIn({ actor }: UserContext, ways: number): SQL | undefined {
  return and(eq(attempts.userId, actor.userId), eq(attempts.sessionId, actor.sessionId), eq(attempts.kind, "step_up"), eq(attempts.ways, ways), isOpen);
}

async function findOpen(context: UserContext, ways: number): Promise<AttemptRow | null> {
  const [row] = await context.db.select().from(attempts).where(isOpenIn(context, ways));
  return row ?? null;
}

/** Taken before comparing, in a statement that commits by itself (promise 7). */
async function takeGuess(context: UserContext, ways: number): Promise<AttemptRow | null> {
  const [row] = await context.db
    .update(attempts)
    .set({ guesses: sql`${attempts.guesses} + 1` })
    .where(and(isOpenIn(context, ways), lt(attempts.guesses, MOST_GUESSES)))
    .returning();
  return row ?? null;
}

/** The session stands for the browser: what that has under way besides goes on. */
async function begin(tx: UserContext, { user }: OwnSession): Promise<object> {
  const { sessionId } = tx.actor;
  return beginAttempt(tx, {
    kind: "step_up",
    account: { userId: user.id, ways: user.ways },
    sessionId,
    email: user.email,
    browserId: sessionId,
    client: "browser",
    remember: false,
    next: null,
    asked: ["email_code"],
  });
}
