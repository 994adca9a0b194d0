import type { Settings } from "@/lib/platform/env";
import { REQUEST_MINUTES } from "@/lib/providers/sealed-request";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";

const REQUEST = "latchkey-provider";
const LAST = "latchkey-last-provider";
const LAST_MAX_AGE = 400 * 86_400;

/** What a browser keeps while somebody is at a provider, sealed by who sent them there. */
export function readProviderCookie(settings: Settings, cookieHeader: string | null): string | null {
  return rawCookie(cookieHeader, cookieName(settings.APP_URL, REQUEST).name);
}

export function providerCookie(settings: Settings, sealed: string): SetCookie {
  return { ...cookieName(settings.APP_URL, REQUEST), value: sealed, maxAge: REQUEST_MINUTES * 60 };
}

export function clearedProviderCookie(settings: Settings): SetCookie {
  return { ...cookieName(settings.APP_URL, REQUEST), value: "", maxAge: 0 };
}

/** The provider that somebody has signed in with last in this browser, if it is one of ours. It decides nothing. */
export function readLastProvider({ APP_URL, OIDC_PROVIDERS }: Settings, cookieHeader: string | null): string | null {
  const name = rawCookie(cookieHeader, cookieName(APP_URL, LAST).name);
  return OIDC_PROVIDERS.some((provider) => provider.name === name) ? name : null;
}

export function lastProviderCookie(settings: Settings, name: string): SetCookie {
  return { ...cookieName(settings.APP_URL, LAST), value: name, maxAge: LAST_MAX_AGE };
}
