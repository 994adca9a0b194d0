import { newId } from "@/lib/core/ids";
import type { Settings } from "@/lib/platform/env";
import type { SessionCredential } from "@/lib/sessions/credential";
import { readDeviceCookie } from "./device-cookie";
import { readSessionCookie } from "./session-cookie";

/** What a browser brings to a sign-in: which browser it is (a new one gets an id), and the session it holds. */
export type Browser = { browserId: string; prior: SessionCredential | null };

export async function readBrowser(settings: Settings, cookieHeader: string | null): Promise<Browser> {
  const session = await readSessionCookie(settings, cookieHeader);
  return {
    browserId: (await readDeviceCookie(settings, cookieHeader)) ?? newId(),
    prior: session === null || session === "foreign" ? null : session.credential,
  };
}
