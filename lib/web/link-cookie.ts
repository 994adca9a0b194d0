import { z } from "zod";
import { type LinkPage, linkPages } from "@/lib/auth/schema";
import { timeSchema } from "@/lib/core/time-schema";
import type { Settings } from "@/lib/platform/env";
import { cookieName, rawCookie, type SetCookie } from "./cookie-header";
import { seal, unseal } from "./seal";

const NAME = "latchkey-link";
const MAX_AGE = 10 * 60;

/** What was done by a link, for the page that says so. `ended`: how many sessions, where that is known already; `userId`: whose password was set; `isElsewhere`: the account has another address. */
const doneByLink = z.strictObject({ at: timeSchema, account: z.string(), ended: z.int().nullable(), userId: z.uuid().optional(), isElsewhere: z.boolean().optional() });
export type DoneByLink = z.infer<typeof doneByLink>;

/** `token`: null when it was used; what it did is `did`. Of no other purpose, and good on its own page only. */
const linkSeal = z.strictObject({ link: z.strictObject({ page: z.enum(linkPages), token: z.string().nullable(), did: doneByLink.nullable() }) });
export type OpenedLink = z.infer<typeof linkSeal>["link"];

/** The link of a mail that this browser has opened last, if it leads to this page. */
export async function readLinkCookie(settings: Settings, cookieHeader: string | null, page: LinkPage): Promise<OpenedLink | null> {
  const sealed = rawCookie(cookieHeader, cookieName(settings.APP_URL, NAME).name);
  if (sealed === null) return null;
  const unsealed = await unseal(settings.SESSION_SECRETS, sealed, linkSeal);
  return unsealed.is === "good" && unsealed.value.link.page === page ? unsealed.value.link : null;
}

export async function linkCookie(settings: Settings, link: OpenedLink): Promise<SetCookie> {
  return { ...cookieName(settings.APP_URL, NAME), value: await seal(settings.SESSION_SECRETS, { link }), maxAge: MAX_AGE };
}
