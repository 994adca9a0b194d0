import type { Context } from "@/lib/core/context";
import type { Begun } from "@/lib/sessions/begin-session";
import type { SetCookie } from "./cookie-header";
import { deviceCookie } from "./device-cookie";
import { newSessionCookie } from "./session-cookie";

/** The cookies of a sign-in: the session's, and the one that names this browser. */
export async function signInCookies({ settings, clock }: Context, { credential }: Begun, browserId: string): Promise<SetCookie[]> {
  return [await newSessionCookie(settings, credential, clock.now()), await deviceCookie(settings, browserId)];
}
