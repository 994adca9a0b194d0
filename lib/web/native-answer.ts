import type { SignedInNow } from "@/lib/auth/complete-sign-in";
import type { SignInAnswer } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import type { DeviceInput } from "@/lib/devices/schema";
import { deviceToken, readDeviceToken } from "./device-token";

/** Which device a native client is: the one that its device token names, else one that was never here. */
export async function nativeBrowserId({ settings }: Context, device: DeviceInput | undefined): Promise<string> {
  const known = device?.token === undefined ? null : await readDeviceToken(settings, device.token);
  return known ?? newId();
}

/** What a native client is answered that has just been signed in: tokens, and no cookie. */
export async function nativeAnswer({ settings }: Context, { user, session, tokens, proof }: SignedInNow, browserId: string): Promise<SignInAnswer> {
  if (!tokens) throw new Error("a native session without tokens");
  return { user, session, tokens, deviceToken: await deviceToken(settings, browserId), proof };
}
