import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import type { ProvenNow } from "@/lib/auth/prove-attempt";
import type { Context } from "@/lib/core/context";
import { type Lead, leadTo, setCookies } from "@/lib/web/action";
import { attemptCookie, clearedAttemptCookie } from "@/lib/web/attempt-cookie";
import { signInCookies } from "@/lib/web/sign-in-cookies";
import { nextPath } from "../next-path";

/** Where a right proof leads: on to what is still asked, or in. */
export async function afterProof(context: Context, proven: ProvenNow | BegunAttempt): Promise<Lead> {
  if (isBegunAttempt(proven)) {
    await setCookies([await attemptCookie(context.settings, proven.credential)]);
    return leadTo("/continue");
  }
  if ("changed" in proven) {
    await setCookies([clearedAttemptCookie(context.settings)]);
    return leadTo("/security?address=confirmed");
  }
  const { begun, of } = proven;
  await setCookies([...(await signInCookies(context, begun, of.browserId)), clearedAttemptCookie(context.settings)]);
  return leadTo(nextPath(of.next) ?? "/devices");
}
