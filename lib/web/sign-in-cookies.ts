import type { Context } from "@/lib/core/context";
import type { Begun } from "@/lib/sessions/begin-session";
import type { SetCookie } from "./cookie-header";
import { deviceCookie } from "./device-cookie";
import { proofCookie } from "./proof-cookie";
import { newSessionCookie } from "./session-cookie";

/** The cookies of a sign-in: the session's, the one that names this browser, and that of the step-up that it is. */
export async function signInCookies({ settings, clock }: Context, { credential, proof }: Begun, browserId: string): Promise<SetCookie[]> {
  return [await newSessionCookie(settings, credential, clock.now()), await deviceCookie(settings, browserId), proofCookie(settings, proof)];
}
