import { eq, sql } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { findUser } from "@/lib/users/find-user";
import { patienceOf } from "./attempt-limits";
import { type OwnSession, readOwnSession } from "./own-session";
import type { StepUpInput } from "./schema";
import { underOwnSession } from "./under-own-session";
import { verifyOwnPassword } from "./verify-own-password";

/**
 * Proves once more who holds a session, for what changes the account (a step-up, ACCOUNTS 8). `secret` goes to the one
 * who asks and is kept as a hash: whoever has only the session has no proof. It takes the place of the one before.
 * Errors: `invalid_credentials`, `rate_limited`, `unauthenticated`, `conflict` (it was changed meanwhile), `unavailable`.
 */
export async function proveSession(context: UserContext, { password }: StepUpInput): Promise<{ secret: string; own: OwnSession } | Failure> {
  const { userId, sessionId } = context.actor;
  const user = await findUser(context, userId);
  if (!user) return fail("unauthenticated");
  const wrong = await verifyOwnPassword(context, user, { password, field: "password" }, patienceOf(context));
  if (wrong) return wrong;
  const secret = newSecret();
  return underOwnSession(context, { ways: user.ways }, async (tx) => {
    await tx.db
      .update(sessions)
      .set({ proofHash: sha256(secret), provenAt: sql`statement_timestamp()`, proofWays: user.ways })
      .where(eq(sessions.id, sessionId));
    const own = await readOwnSession(tx);
    return isFailure(own) ? own : { secret, own };
  });
}
