import { eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { newChallenge } from "@/lib/factors/passkey-challenge";
import { creationOptions, requestOptions } from "@/lib/factors/passkey-options";
import { type AttemptCredential, readAttempt } from "./attempt-row";
import { readOwnSession } from "./own-session";
import { mayAddPasskey } from "./register-passkey";
import { type ProofShown, refuseUnproven, waysToProve } from "./require-proof";
import type { PasskeyChallenge } from "./schema";

/** For a browser where nobody says who they are: its passkeys know. Asks no store anything. */
export async function challengeSignIn(context: Context, browserId: string): Promise<PasskeyChallenge> {
  const { challenge, sealed } = newChallenge(context, { purpose: "sign_in", holder: browserId });
  return { options: await requestOptions(context, challenge), challenge: sealed };
}

/** For a new account: its id comes into being here, and whoever asks has to say what to call it in front of the authenticator. */
export async function challengeSignUp(context: Context, browserId: string): Promise<PasskeyChallenge> {
  const id = newId();
  const { challenge, sealed } = newChallenge(context, { purpose: "register", holder: browserId }, id);
  return { options: await creationOptions(context, challenge, { id, email: context.settings.APP_NAME, name: "" }, []), challenge: sealed };
}

/** For an attempt that a passkey of its account would do for. Errors: `attempt_over`. */
export async function challengeAttempt(context: Context, credential: AttemptCredential | null): Promise<PasskeyChallenge | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  if (!attempt.asked.includes("passkey") || attempt.userId === null) return fail("attempt_over");
  const { challenge, sealed } = newChallenge(context, { purpose: "attempt", holder: attempt.id });
  return { options: await requestOptions(context, challenge, await passkeysOf(context, attempt.userId)), challenge: sealed };
}

/** For a step-up. Errors: `proof_required` (with the ways that would do: this is none of them). */
export async function challengeProof(context: UserContext): Promise<PasskeyChallenge | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const ways = waysToProve(own);
  if (!ways.includes("passkey")) return fail("proof_required", { ways });
  const { challenge, sealed } = newChallenge(context, { purpose: "prove", holder: context.actor.sessionId });
  return { options: await requestOptions(context, challenge, await passkeysOf(context, own.user.id)), challenge: sealed };
}

/** For one more passkey. What would be refused afterwards is refused here: an authenticator keeps what it has made. Errors: `proof_required`, `conflict`. */
export async function challengeRegistration(context: UserContext, shown: ProofShown): Promise<PasskeyChallenge | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const refused = refuseUnproven(own, shown) ?? mayAddPasskey(context, own);
  if (refused) return refused;
  const { challenge, sealed } = newChallenge(context, { purpose: "register", holder: context.actor.sessionId });
  return { options: await creationOptions(context, challenge, own.user, await passkeysOf(context, own.user.id)), challenge: sealed };
}

function passkeysOf({ db }: Context, userId: string) {
  return db.select({ credentialId: passkeys.credentialId, transports: passkeys.transports }).from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.id);
}
