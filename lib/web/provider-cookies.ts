import { z } from "zod";
import type { Settings } from "@/lib/platform/env";
import { REQUEST_MINUTES } from "@/lib/providers/sealed-request";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const REQUEST = "latchkey-provider";
const LAST = "latchkey-last-provider";
const LAST_MAX_AGE = 400 * 86_400;
const lastSeal = z.strictObject({ lastProvider: z.string(), browserId: z.uuid() });

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

/**
 * The provider that somebody has signed in with last, if it is one of ours, and in which browser: nobody makes that up, nor does it count in
 * another browser than its own.
 */
export async function readLastProvider({ APP_URL, SESSION_SECRETS, OIDC_PROVIDERS }: Settings, cookieHeader: string | null): Promise<{ name: string; browserId: string } | null> {
  const sealed = rawCookie(cookieHeader, cookieName(APP_URL, LAST).name);
  const unsealed = sealed === null ? null : await unseal(SESSION_SECRETS, sealed, lastSeal);
  if (unsealed?.is !== "good") return null;
  const { lastProvider: name, browserId } = unsealed.value;
  return OIDC_PROVIDERS.some((provider) => provider.name === name) ? { name, browserId } : null;
}

export async function lastProviderCookie(settings: Settings, name: string, browserId: string): Promise<SetCookie> {
  return { ...cookieName(settings.APP_URL, LAST), value: await seal(settings.SESSION_SECRETS, { lastProvider: name, browserId }), maxAge: LAST_MAX_AGE };
}
