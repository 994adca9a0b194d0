import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { passwordLimits } from "./attempt-limits";
import { noteRefusal } from "./note-refusal";
import { verifyPassword } from "./verify-password";

/** The current password as it was typed, and the field that it was typed into. */
type Typed = { password: string; field: "currentPassword" | "password" };

/**
 * Verifies the account's own password within a session, under the limits of wrong ones; the owner sees that somebody with
 * a session of theirs does not know it. Errors: `invalid_credentials` (under the field), `rate_limited`, `unavailable`.
 */
export async function verifyOwnPassword(context: UserContext, user: { passwordHash: string | null }, { password, field }: Typed, deadline: number): Promise<Failure | void> {
  const limits = passwordLimits(context);
  const attempt = await reserveAttempt(context, limits, deadline);
  if (isFailure(attempt)) return refused(context, attempt);
  let right: boolean | Failure = fail("unavailable");
  try {
    right = await verifyPassword(context, user.passwordHash, password, deadline);
  } finally {
    await attempt.settle(right === false ? limits : []);
  }
  if (isFailure(right)) return right;
  if (!right) return refused(context, wrongPassword(field));
}

export function wrongPassword(field: Typed["field"]): Failure {
  return fail("invalid_credentials", { errors: [{ path: field, message: "is not right" }] });
}

function refused(context: UserContext, failure: Failure): Failure {
  const { userId, sessionId } = context.actor;
  noteRefusal(context, { userId, sessionId, type: "request.refused", detail: { what: "password", reason: failure.failure } });
  return failure;
}
