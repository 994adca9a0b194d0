import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { findUser } from "@/lib/users/find-user";
import { patienceOf, signInLimits } from "./attempt-limits";
import type { AttemptRow } from "./attempt-row";
import type { RightProof } from "./right-proof";
import { verifyPassword } from "./verify-password";

/**
 * Compares the password of the account that an attempt is about, under the limits of sign-ins besides the attempt's own:
 * attempts can be begun anew. Errors: `invalid_code`, `rate_limited`, `unavailable`.
 */
export async function compareAttemptPassword(context: Context, { userId, emailKey, browserId, deviceKnown }: AttemptRow, password: string): Promise<RightProof | Failure> {
  const deadline = patienceOf(context);
  const limits = signInLimits(emailKey, context.request.address, deviceKnown ? browserId : null);
  const place = await reserveAttempt(context, limits, deadline);
  if (isFailure(place)) return place;
  let right: boolean | Failure = fail("unavailable");
  try {
    const user = userId === null ? null : await findUser(context, userId);
    right = await verifyPassword(context, user?.passwordHash ?? null, password, deadline);
  } finally {
    await place.settle(right === false ? limits : []);
  }
  if (isFailure(right)) return right;
  return right ? { way: "password" } : fail("invalid_code", { detail: "This password is not right." });
}
