import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { publishAttempt } from "@/lib/notifications/publish";
import { type AttemptCredential, type AttemptRow, readAttempt } from "./attempt-row";
import { revokeAttempt } from "./revoke-attempt";
import { tellSettled } from "./tell-settled";

/** Gives an attempt up: nothing of it works any more; `where`: only one that is like this, read now. Errors: `attempt_over`. */
export async function cancelAttempt(context: Context, credential: AttemptCredential | null, where: (attempt: AttemptRow) => boolean = () => true): Promise<Failure | void> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  if (!where(attempt)) return;
  if (!(await revokeAttempt(context, attempt.id))) return fail("attempt_over");
  await Promise.all([publishAttempt(context, attempt.id), tellSettled(context, attempt)]);
}
