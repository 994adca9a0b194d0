import { eq, sql } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isFactorWay } from "@/lib/factors/second-step";
import { patienceOf } from "./attempt-limits";
import { compareOwnFactor } from "./compare-own-factor";
import { noteRefusal } from "./note-refusal";
import { type OwnSession, readOwnSession } from "./own-session";
import { waysToProve } from "./require-proof";
import type { RightProof } from "./right-proof";
import { type GivenProofWay, type ProofWay, proofWays, type StepUpInput } from "./schema";
import { compareStepUpCode } from "./step-up-code";
import { underOwnSession } from "./under-own-session";
import { verifyOwnPassword } from "./verify-own-password";

/**
 * Proves once more who holds a session, for what changes the account (a step-up, ACCOUNTS 8). `secret` goes to the one
 * who asks and is kept as a hash: whoever has only the session has no proof. It takes the place of the one before.
 * Errors: `proof_required` (with the ways that would do: this is none of them), `invalid_credentials`, `invalid_code`,
 * `attempt_over` (no code was sent, or it is used up), `rate_limited`, `unauthenticated`, `conflict` (it was changed meanwhile), `unavailable`.
 */
export async function proveSession(context: UserContext, proof: StepUpInput): Promise<{ secret: string; own: OwnSession } | Failure> {
  const before = await readOwnSession(context);
  if (isFailure(before)) return before;
  const ways = waysToProve(before);
  const { method } = proof;
  // Another provider's word comes back from there, and not in here.
  if (!ways.includes(method) || !isGiven(method)) return fail("proof_required", { ways });
  const right = await compare(context, before, { ...proof, method });
  if (isFailure(right)) return right;
  let done: { secret: string; own: OwnSession } | Failure = fail("unavailable");
  try {
    done = await prove(context, before, right);
  } finally {
    // A right one that came to nothing has cost no guess.
    if (isFailure(done) && done.failure !== "invalid_code") await right.giveBack?.().catch(() => {});
  }
  return done;
}

/** Spends what is right, and makes it the session's proof. Errors: those of spending, `conflict`, `unauthenticated`. */
export function prove(context: UserContext, before: OwnSession, right: RightProof): Promise<{ secret: string; own: OwnSession } | Failure> {
  const secret = newSecret();
  return underOwnSession(context, { ways: before.user.ways }, async (tx) => {
    const refused = await right.spend?.(tx);
    if (refused) return refused;
    await tx.db
      .update(sessions)
      .set({ proofHash: sha256(secret), provenAt: sql`statement_timestamp()`, proofWays: before.user.ways })
      .where(eq(sessions.id, tx.actor.sessionId));
    const own = await readOwnSession(tx);
    return isFailure(own) ? own : { secret, own };
  });
}

function isGiven(way: ProofWay): way is GivenProofWay {
  return (proofWays as readonly string[]).includes(way);
}

async function compare(context: UserContext, { user }: OwnSession, { method, ...given }: StepUpInput & { method: GivenProofWay }): Promise<RightProof | Failure> {
  const { userId, sessionId } = context.actor;
  if (method === "password") {
    const wrong = await verifyOwnPassword(context, user, { password: given.password ?? "", field: "password" }, patienceOf(context));
    return wrong ?? { way: "password" };
  }
  const right = isFactorWay(method) ? await compareOwnFactor(context, user.ways, { method, ...given }) : await compareStepUpCode(context, user.ways, given.code ?? "");
  if (isFailure(right) && right.failure === "invalid_code") noteRefusal(context, { userId, sessionId, type: "request.refused", detail: { what: method, reason: right.failure } });
  return right;
}
