import { z } from "zod";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import type { Settings } from "@/lib/platform/env";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const NAME = "latchkey-attempt";
const MAX_AGE = 15 * 60;
/** Its content is of no other purpose: no other cookie is worth anything in its place. */
const attemptSeal = z.strictObject({ attempt: z.strictObject({ a: z.uuid(), k: z.string() }) });
/** What a native client holds is worth nothing as a cookie, nor the other way round. */
const nativeSeal = z.strictObject({ nativeAttempt: z.strictObject({ a: z.uuid(), k: z.string() }) });

/** The attempt that a browser has under way. */
export async function readAttemptCookie(settings: Settings, cookieHeader: string | null): Promise<AttemptCredential | null> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, NAME).name);
  if (sealed === null) return null;
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, attemptSeal);
  return unsealed.is === "good" ? unsealed.value.attempt : null;
}

/** The same of a native client, by the opaque text that it was given. */
export async function readAttemptToken(settings: Settings, token: string): Promise<AttemptCredential | null> {
  const unsealed = await unseal(settings.SESSION_SECRETS, token, nativeSeal);
  return unsealed.is === "good" ? unsealed.value.nativeAttempt : null;
}

export function attemptToken(settings: Settings, credential: AttemptCredential): Promise<string> {
  return seal(settings.SESSION_SECRETS, { nativeAttempt: credential });
}

export async function attemptCookie(settings: Settings, credential: AttemptCredential): Promise<SetCookie> {
  return { ...cookieName(settings.APP_URL, NAME), value: await seal(settings.SESSION_SECRETS, { attempt: credential }), maxAge: MAX_AGE };
}

export function clearedAttemptCookie(settings: Settings): SetCookie {
  return { ...cookieName(settings.APP_URL, NAME), value: "", maxAge: 0 };
}
