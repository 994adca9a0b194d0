import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { publishAttempt } from "@/lib/notifications/publish";
import { type AttemptCredential, type AttemptRow, MOST_GUESSES, readAttempt } from "./attempt-row";
import { resendCode } from "./send-code";

/** Sends another code for an attempt. Errors: `attempt_over`; `rate_limited` (too early, or none is left). */
export async function askForCode(context: Context, credential: AttemptCredential | null): Promise<AttemptRow | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  // A code that nobody may try any more is worth no mail.
  if (!attempt.asked.includes("email_code") || attempt.guesses >= MOST_GUESSES) return fail("attempt_over");
  const sent = await inTransaction(context, (tx) => resendCode(tx, attempt));
  if (!isFailure(sent)) await publishAttempt(context, sent.id);
  return sent;
}
