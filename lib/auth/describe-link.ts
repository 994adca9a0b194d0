import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { placeName } from "@/lib/core/place-name";
import { iso } from "@/lib/core/time";
import { ruleWords, type UnusualRule } from "@/lib/core/unusual-rule";
import { providerLabel } from "@/lib/factors/provider-label";
import { type Asked, type Done, HANDED_OVER, type MailKind, mailFacts } from "@/lib/mail/kinds";
import { findLink } from "@/lib/mail/link-token";
import type { MailRow } from "@/lib/mail/mail-queue";
import { plainWords } from "@/lib/mail/plain-words";
import { findUser } from "@/lib/users/find-user";
import { addressAfter, leadsOn } from "./address-after";
import { disputedIdentities } from "./disputed";
import { maskAddress } from "./mask-address";
import { isFor } from "./reset-password";
import type { LinkPage } from "./schema";

/** What a link is about, for the page that it leads to: nothing that its mail did not say. */
export type LinkView = {
  /** Which link it is; opens nothing. */
  id: string;
  userId: string;
  /** Whose account, masked. */
  account: string;
  kind: MailKind;
  /** An administrator made it: no mail led here. */
  handedOver: boolean;
  /** On what, from where and when it was asked for or done; null where nobody asked (it followed a going back). */
  happened: { device: string; place: string | null; address: string | null; at: string } | null;
  newEmail: string | null;
  /** Its mail went to the account's address, or to the one that it gets back: who goes back may set a new password. */
  leadsOn: boolean;
  /** What was changed since stays: a second factor that is older proved it. */
  keepsChanges: boolean;
  /** What people call the providers whose accounts are unlinked besides: who is disputed came in by their word. */
  unlinks: string[];
  /** Why a sign-in was unusual, each as the end of a sentence. */
  reasons: string[];
  until: string | null;
};

type Facts = { asked?: Asked; done?: Done; newEmail?: string; rules?: UnusualRule[] };

/** Looks at a link, and changes nothing. Errors: `link_over` (also for a link that leads to another page). */
export async function describeLink(context: Context, token: string, page: LinkPage): Promise<LinkView | Failure> {
  const link = await findLink(context, token);
  if (isFailure(link)) return link;
  const user = link.userId === null ? null : await findUser(context, link.userId);
  if (!user || pageOf(link) !== page || (page === "reset" && !isFor(link, user))) return fail("link_over");
  const kind = link.kind as MailKind;
  const { asked, done, newEmail, rules } = factsOf(link);
  const what = done ?? asked;
  const { number } = link;
  const after = number === null ? null : await addressAfter(context, user, { ...link, number });
  const isUnlinked = number !== null && after !== null && user.emailVerified && !after.keeps && leadsOn(link, after);
  const disputed = isUnlinked ? await disputedIdentities(context, { ...link, userId: user.id, number }) : [];
  return {
    id: link.id,
    userId: user.id,
    account: maskAddress(link.address ?? user.email),
    kind,
    handedOver: link.kind === HANDED_OVER,
    happened: what ? happening(what) : null,
    newEmail: newEmail ?? null,
    leadsOn: after === null || leadsOn(link, after),
    keepsChanges: after !== null && after.keeps,
    unlinks: [...new Set(disputed.map(({ provider }) => providerLabel(context.settings, provider)))],
    reasons: (rules ?? []).map(ruleWords),
    until: link.linkExpiresAt && iso(link.linkExpiresAt),
  };
}

function pageOf({ kind, number }: MailRow): LinkPage {
  if (number === null) return "reset";
  return kind === "email_changed" ? "undo" : "not-me";
}

/** As the mail tells it; what never was a mail tells nothing. */
function factsOf({ kind, facts }: MailRow): Facts {
  if (kind === HANDED_OVER) return {};
  const parsed = mailFacts[kind as MailKind].safeParse(facts);
  return parsed.success ? (parsed.data as Facts) : {};
}

function happening(what: Asked | Done): LinkView["happened"] {
  const place = placeName({ country: what.country, city: what.city && plainWords(what.city) });
  return { device: plainWords(what.device) || "Unknown device", place, address: "address" in what ? what.address : null, at: what.at };
}
