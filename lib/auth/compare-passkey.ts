import { and, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { type ChallengeFor, openChallenge } from "@/lib/factors/passkey-challenge";
import { assertion } from "@/lib/factors/passkey-response";
import { usePasskey, wentBack } from "@/lib/factors/use-passkey";
import { verifyAssertion } from "@/lib/factors/verify-assertion";
import type { RightProof } from "./right-proof";
import type { StepUpInput } from "./schema";
import { tellOfCounter } from "./tell-of-counter";

/** Whose passkey it should be, and what its challenge must have been made for. */
type Asked = { userId: string; challengeFor: ChallengeFor };

/** Compares a passkey's answer with what was asked of its account. Errors: `invalid_code`, whatever is wrong with it. */
export async function comparePasskey(context: Context, { userId, challengeFor }: Asked, { response, challenge: sealed = "" }: Pick<StepUpInput, "response" | "challenge">): Promise<RightProof | Failure> {
  const opened = openChallenge(context, challengeFor, sealed);
  const given = assertion.safeParse(response).data;
  if (!opened || !given) return unfit();
  const [key = null] = await context.db.select().from(passkeys).where(and(eq(passkeys.credentialId, given.id), eq(passkeys.userId, userId)));
  const use = await verifyAssertion(context.settings, key, given, opened.challenge);
  if (!use || !key) return unfit();
  if (wentBack(key.counter, use)) {
    await tellOfCounter(context, key, opened.challenge);
    return unfit();
  }
  return { way: "passkey", spend: async (tx) => ((await usePasskey(tx, key, opened.challenge, use)) ? undefined : unfit()) };
}

function unfit(): Failure {
  return fail("invalid_code", { detail: "This passkey could not be used here. Please try again." });
}
