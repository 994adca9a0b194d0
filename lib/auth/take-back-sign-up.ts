import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { type AttemptCredential, readAttempt } from "./attempt-row";
import { cancelAttempt } from "./cancel-attempt";
import { sealedAccount } from "./sealed-account";

/** What was typed, to be put right: everything but the password. */
export type TypedSignUp = { name: string; email: string; next: string | null };

/** Gives a sign-up up, for one with another address in its place. Errors: `attempt_over`. */
export async function takeBackSignUp(context: Context, credential: AttemptCredential | null): Promise<TypedSignUp | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  if (attempt.kind !== "sign_up") return fail("attempt_over");
  const typed = { name: sealedAccount(context, attempt)?.name ?? "", email: attempt.email, next: attempt.next };
  return (await cancelAttempt(context, credential)) ?? typed;
}
