import type { Settings } from "@/lib/platform/env";
import { credentialSchema, type SessionCredential } from "@/lib/sessions/credential";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

export type SessionCookie = {
  credential: SessionCredential;
  /** As it came. */
  sealed: string;
  /** Sealed with another key than the first: to be sealed anew when it is sent again. */
  stale: boolean;
};

/** The session cookie of a request, judged on the raw header. `foreign`: of a key that this process does not have. */
export async function readSessionCookie(settings: Settings, cookieHeader: string | null): Promise<SessionCookie | "foreign" | null> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, "latchkey").name);
  if (sealed === null) return null;
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, credentialSchema);
  if (unsealed.is === "foreign") return "foreign";
  if (unsealed.is === "bad") return null;
  return { credential: unsealed.value, sealed, stale: unsealed.keyId !== settings.SESSION_SECRETS[0]?.id };
}

/** The cookie of a new session. `now`: milliseconds. */
export async function newSessionCookie(settings: Settings, credential: SessionCredential, now: number): Promise<SetCookie> {
  return cookieOf(settings, await seal(settings.SESSION_SECRETS, credential), credential, now);
}

/** The cookie that slides a session: the same seal with a new Max-Age. */
export async function slidSessionCookie(settings: Settings, cookie: SessionCookie, now: number): Promise<SetCookie> {
  if (cookie.stale) return newSessionCookie(settings, cookie.credential, now);
  return cookieOf(settings, cookie.sealed, cookie.credential, now);
}

/** Takes the cookie back. */
export function clearedSessionCookie(settings: Settings): SetCookie {
  return { ...cookieName(settings.APP_URL, "latchkey"), value: "", maxAge: 0 };
}

function cookieOf(settings: Settings, sealed: string, { t, a }: SessionCredential, now: number): SetCookie {
  const maxAge = Math.max(1, Math.min(t, Math.floor((a - now) / 1000)));
  return { ...cookieName(settings.APP_URL, "latchkey"), value: sealed, maxAge };
}
