import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import type { Context } from "@/lib/core/context";
import { type Lead, leadTo, setCookies } from "./action";
import { attemptCookie } from "./attempt-cookie";
import { deviceCookie } from "./device-cookie";
import { signInCookies } from "./sign-in-cookies";

/**
 * Where a form leads that signs in or up, with the cookies of what has begun: to `next`, or to the page that asks for
 * what is missing (which keeps `next`, in the attempt).
 */
export async function enter(context: Context, begun: SignedInNow | BegunAttempt, browserId: string, next: string | null): Promise<Lead> {
  if (!isBegunAttempt(begun)) {
    await setCookies(await signInCookies(context, begun, browserId));
    return leadTo(next ?? "/devices");
  }
  await setCookies([await attemptCookie(context.settings, begun.credential), await deviceCookie(context.settings, browserId)]);
  return leadTo("/continue");
}
