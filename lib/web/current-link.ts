import { headers } from "next/headers";
import { describeLink, type LinkView } from "@/lib/auth/describe-link";
import type { LinkPage } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { type DoneByLink, type OpenedLink, readLinkCookie } from "./link-cookie";

/** `none`: this browser has opened no link that leads here, or long ago. `done`: the link was used here. */
export type ShownLink = { is: "open"; view: LinkView; did: DoneByLink | null } | { is: "done"; did: DoneByLink } | { is: "over" } | { is: "none" };

/** The link that this browser has opened, for an action of its page. */
export async function openedLink({ settings }: Context, page: LinkPage): Promise<OpenedLink | null> {
  return readLinkCookie(settings, (await headers()).get("cookie"), page);
}

/** What its page shows. */
export async function shownLink(context: Context, page: LinkPage): Promise<ShownLink> {
  const link = await openedLink(context, page);
  if (link?.token) {
    const view = await withinRequest(context, describeLink(context, link.token, page));
    return isFailure(view) ? { is: "over" } : { is: "open", view, did: link.did };
  }
  return link?.did ? { is: "done", did: link.did } : { is: "none" };
}
