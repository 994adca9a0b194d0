import { z } from "zod";
import { sha256 } from "@/lib/core/crypto";
import type { Settings } from "@/lib/platform/env";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const NAME = "latchkey-typed";
const MAX_AGE = 5 * 60;
const typedSeal = z.strictObject({ typed: z.strictObject({ page: z.string(), fields: z.record(z.string(), z.string()) }) });

/**
 * What was filled in on a page that is left for another one and come back to. It stands in no URL, which others may read. Of the page's
 * address the cookie keeps a hash: that may be long, and a browser drops a cookie of more than 4,096 bytes without a word.
 */
type Typed = { page: string; fields: Record<string, string> };

/** What was filled in on this page. */
export async function readTypedCookie(settings: Settings, cookieHeader: string | null, page: string): Promise<Record<string, string>> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, NAME).name);
  if (sealed === null) return {};
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, typedSeal);
  return unsealed.is === "good" && unsealed.value.typed.page === sha256(page) ? unsealed.value.typed.fields : {};
}

export async function typedCookie(settings: Settings, { page, fields }: Typed): Promise<SetCookie> {
  return { ...cookieName(settings.APP_URL, NAME), value: await seal(settings.SESSION_SECRETS, { typed: { page: sha256(page), fields } }), maxAge: MAX_AGE };
}

export function clearedTypedCookie(settings: Settings): SetCookie {
  return { ...cookieName(settings.APP_URL, NAME), value: "", maxAge: 0 };
}
