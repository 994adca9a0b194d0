import { completeSignIn, isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { DeviceInput } from "@/lib/devices/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Identity } from "@/lib/sessions/identity";
import type { Tokens } from "@/lib/tokens/schema";
import { verifyAccessToken } from "@/lib/tokens/verify-access-token";
import { visitorOf } from "./sessions";

export type Native = SignedInNow & { tokens: Tokens };

/** Begins a native session as a sign-in does, once the password has been verified. */
export async function beginNative(context: Context, userId: string, device: DeviceInput = {}, browserId = newId()): Promise<Native> {
  const begun = await completeSignIn(visitorOf(context), { userId, ways: 0 }, { browserId, prior: null }, { client: "native", device });
  if (isFailure(begun) || isBegunAttempt(begun) || !begun.tokens) throw new Error("no native session");
  return begun as Native;
}

/** *Who is this?* for a request with this access token. */
export async function askWith(context: Context, accessToken: string, use = true): Promise<Identity> {
  const credential = await verifyAccessToken(context, accessToken);
  return credential ? authenticate(visitorOf(context), credential, { use }) : { state: "anonymous", ended: null };
}
