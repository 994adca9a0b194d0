import type { Insights } from "@/lib/insights/schema";
import { BarList } from "./bar-list";
import { binsOf, sumOf } from "./bins";
import { DayBars } from "./day-bars";
import { Figure } from "./figure";
import { eventsHref, type MaySee } from "./lists";
import { bytesWords, counted, number, refusalName, shortDay } from "./words";

type Props = { insights: Insights; may: MaySee };

const factorNames = { second_step: "Second step asked", passkey: "A passkey", totp: "An authenticator app" };
const factorFilters = { second_step: "on", passkey: "passkey", totp: "totp" };
const pictureNames = { uploaded: "Uploaded", gravatar: "From Gravatar", provider: "From another provider", removed: "Removed" };

/** How well accounts are protected, of all there are. */
export function FactorsInUse({ insights: { days, totals, figures }, may }: Props) {
  const order = (["second_step", "passkey", "totp"] as const).flatMap((factor) => figures.factors.find((row) => row.factor === factor) ?? []);
  const share = (accounts: number) => (totals.allAccounts === 0 ? null : `${Math.round((accounts / totals.allAccounts) * 100)}%`);
  const href = (factor: keyof typeof factorFilters) => (may.users ? `/admin/users?factor=${factorFilters[factor]}` : null);
  return (
    <Figure
      title="Second steps and passkeys"
      figure="factors"
      days={days}
      lead={`Of ${counted(totals.allAccounts, "account")}, now.`}
      table={{ head: ["Have", "Accounts", "Before"], rows: order.map(({ factor, accounts, before }) => [factorNames[factor], accounts, before ?? "not counted"]) }}
      lists={[may.users && { href: "/admin/users?factor=none", words: "Accounts without" }]}
    >
      <BarList total={Math.max(1, totals.allAccounts)} bars={order.map(({ factor, accounts }) => ({ name: factorNames[factor], count: accounts, note: share(accounts), href: href(factor) }))} />
    </Figure>
  );
}

export function Pictures({ insights: { days, from, to, zone, totals, figures }, may }: Props) {
  const refused = sumOf(figures.refusedPictures, ({ count }) => count);
  const types = { uploaded: "avatar.uploaded", gravatar: "avatar.regenerated", provider: "avatar.regenerated", removed: "avatar.removed" } as const;
  return (
    <Figure
      title="Pictures"
      figure="pictures"
      days={days}
      lead={`${number(totals.pictures)} are shown, ${bytesWords(totals.pictureBytes)} in all.${refused > 0 ? ` ${number(refused)} were refused.` : ""}`}
      table={{ head: ["What", "Times", "Before"], rows: [...figures.pictures.map(({ what, count, before }) => [pictureNames[what], count, before]), ...figures.refusedPictures.map(({ what, count, before }) => [`Refused: ${refusalName(what)}`, count, before])] }}
      lists={[may.events && refused > 0 && { href: eventsHref("request.refused", from, to, zone), words: "Refusals" }]}
    >
      <BarList
        bars={[
          ...figures.pictures.map(({ what, count }) => ({ name: pictureNames[what], count, href: may.events ? eventsHref(types[what], from, to, zone) : null })),
          ...figures.refusedPictures.filter(({ count }) => count > 0).map(({ what, count }) => ({ name: `Refused: ${refusalName(what).toLowerCase()}`, count, unusual: true })),
        ]}
      />
    </Figure>
  );
}

export function Mails({ insights: { days, from, to, zone, totals, figures }, may }: Props) {
  const bins = binsOf(figures.mails).map((bin) => ({ ...bin, sent: sumOf(bin.rows, ({ sent }) => sent), late: sumOf(bin.rows, ({ late }) => late), refused: sumOf(bin.rows, ({ refused }) => refused) }));
  return (
    <Figure
      title="Mails"
      figure="mails"
      days={days}
      lead={`${counted(totals.sent.count, "mail")} sent, ${number(totals.late.count)} of them more than a minute late. ${totals.refusedMails.count === 0 ? "None was refused." : `In amber: ${number(totals.refusedMails.count)} that were refused.`}`}
      table={{ head: ["Up to", "Sent", "Late", "Refused"], rows: bins.map((bin) => [shortDay(bin.to), bin.sent, bin.late, bin.refused]).toReversed() }}
      lists={[may.events && totals.refusedMails.count > 0 && { href: eventsHref("request.refused", from, to, zone), words: "Refusals" }]}
    >
      <DayBars label={`Mails sent: ${bins.map((bin) => `${shortDay(bin.to)} ${bin.sent}`).join(", ")}`} height={150} bars={bins.map((bin) => ({ name: shortDay(bin.to), up: bin.sent, down: bin.refused, tip: `${shortDay(bin.to)}: ${number(bin.sent)} sent, ${number(bin.late)} late, ${number(bin.refused)} refused` }))} />
    </Figure>
  );
}
