import { z } from "zod";
import type { Settings } from "@/lib/platform/env";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const NAME = "latchkey-typed";
const MAX_AGE = 5 * 60;
const typedSeal = z.strictObject({ typed: z.strictObject({ name: z.string(), email: z.string() }) });

/** Name and address of a sign-up that was taken back to be put right. They stand in no URL, which others may read. */
export type Typed = z.infer<typeof typedSeal>["typed"];

export async function readTypedCookie(settings: Settings, cookieHeader: string | null): Promise<Typed | null> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, NAME).name);
  if (sealed === null) return null;
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, typedSeal);
  return unsealed.is === "good" ? unsealed.value.typed : null;
}

export async function typedCookie(settings: Settings, { name, email }: Typed): Promise<SetCookie> {
  return { ...cookieName(settings.APP_URL, NAME), value: await seal(settings.SESSION_SECRETS, { typed: { name, email } }), maxAge: MAX_AGE };
}

export function clearedTypedCookie(settings: Settings): SetCookie {
  return { ...cookieName(settings.APP_URL, NAME), value: "", maxAge: 0 };
}
