import { sql } from "drizzle-orm";
import { authorizationCodes } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import type { Failure } from "@/lib/core/errors";
import type { AuthorizationRequest } from "./authorization-request";
import type { ProofShown } from "./require-proof";
import { underOwnSession } from "./under-own-session";

/** The app is waiting for it. */
const SECONDS = 60;

/**
 * Lets an app in as who asks: writes a code of 256 bits that it can exchange for a session of its own, once and within a
 * minute. It needs a step-up, so whoever stole a session's cookie makes no tokens of it. The request is one that
 * `readAuthorizationRequest` has read. Errors: `proof_required`, `unauthenticated`.
 */
export async function authorizeApp(context: UserContext, { redirectUri, challenge, device }: AuthorizationRequest, proof: ProofShown): Promise<{ code: string } | Failure> {
  return underOwnSession(context, { proof }, async (tx, { user }) => {
    const code = newSecret();
    await tx.db.insert(authorizationCodes).values({
      hash: sha256(code),
      userId: user.id,
      ways: user.ways,
      sessionId: tx.actor.sessionId,
      challenge,
      redirectUri,
      device,
      expiresAt: sql`clock_timestamp() + make_interval(secs => ${SECONDS})`,
    });
    return { code };
  });
}
