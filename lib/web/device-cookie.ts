import { z } from "zod";
import type { Settings } from "@/lib/platform/env";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const MAX_AGE = 400 * 86_400;
const deviceSeal = z.strictObject({ d: z.uuid() });

/** The browser's id in the sealed device cookie, or null. It names a browser, not an account. */
export async function readDeviceCookie(settings: Settings, cookieHeader: string | null): Promise<string | null> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, "latchkey-device").name);
  if (sealed === null) return null;
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, deviceSeal);
  return unsealed.is === "good" ? unsealed.value.d : null;
}

/** The cookie that names this browser for 400 days, the most that browsers keep. */
export async function deviceCookie(settings: Settings, browserId: string): Promise<SetCookie> {
  const value = await seal(settings.SESSION_SECRETS, { d: browserId });
  return { ...cookieName(settings.APP_URL, "latchkey-device"), value, maxAge: MAX_AGE };
}

