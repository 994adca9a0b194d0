import { kindWords } from "@/components/admin/kind-words";
import type { Insights } from "@/lib/insights/schema";
import { BarList } from "./bar-list";
import { binsOf, sumOf } from "./bins";
import { DayBars } from "./day-bars";
import { DayLines } from "./day-lines";
import { Figure } from "./figure";
import { endNames } from "./end-names";
import { eventsHref, type MaySee, sessionsHref } from "./lists";
import { change, counted, lengthWords, longDay, number, shortDay } from "./words";

type Props = { insights: Insights; may: MaySee };

export function Sessions({ insights: { days, totals, figures }, may }: Props) {
  const bins = binsOf(figures.sessions).map((bin) => ({ ...bin, begun: sumOf(bin.rows, ({ begun }) => begun), ended: sumOf(bin.rows, ({ ended }) => ended), live: bin.rows.at(-1)?.live ?? 0 }));
  const compared = change(totals.begun);
  return (
    <Figure
      title="Sessions"
      figure="sessions"
      days={days}
      lead={`${number(totals.live.count)} live now. ${number(totals.begun.count)} began${compared ? ` (${compared})` : ""}, ${number(totals.ended.count)} ended.`}
      table={{ head: ["Up to", "Began", "Ended", "Live"], rows: bins.map((bin) => [shortDay(bin.to), bin.begun, bin.ended, bin.live]).toReversed() }}
      lists={[may.sessions && { href: sessionsHref({}), words: "Live sessions" }, may.sessions && { href: sessionsHref({ status: "ended" }), words: "Ended ones" }]}
    >
      <DayLines
        label={`Live sessions by day: ${bins.map((bin) => `${shortDay(bin.to)} ${bin.live}`).join(", ")}`}
        days={bins.map((bin) => shortDay(bin.to))}
        tips={bins.map((bin) => `${shortDay(bin.to)}: ${number(bin.live)} live, ${number(bin.begun)} began, ${number(bin.ended)} ended`)}
        lines={[
          { name: "live", values: bins.map(({ live }) => live), tone: "strong" },
          { name: "began", values: bins.map(({ begun }) => begun), tone: "faint" },
        ]}
      />
    </Figure>
  );
}

export function Ends({ insights: { days, from, to, zone, figures }, may }: Props) {
  const ends = [...figures.ends].sort((a, b) => b.count - a.count);
  return (
    <Figure
      title="How sessions ended"
      figure="ends"
      days={days}
      table={{ head: ["Why", "Sessions", "Before"], rows: ends.map(({ what, count, before }) => [endNames[what], count, before]) }}
      lists={[may.events && { href: eventsHref("session.ended", from, to, zone), words: "Ends" }]}
    >
      <BarList bars={ends.filter(({ count }) => count > 0).map(({ what, count }) => ({ name: endNames[what], count, unusual: what === "not_me" || what === "token_reused" }))} />
    </Figure>
  );
}

export function Lengths({ insights: { days, totals, figures }, may }: Props) {
  const { medianLength, p90Length } = totals;
  const name = (bucket: { fromSeconds: number; toSeconds: number | null }) => (bucket.fromSeconds === 0 ? `< ${lengthWords(bucket.toSeconds ?? 0)}` : lengthWords(bucket.fromSeconds).replace("24 h", "1 day") + (bucket.toSeconds === null ? "+" : ""));
  const span = ({ fromSeconds, toSeconds }: { fromSeconds: number; toSeconds: number | null }) => (fromSeconds === 0 ? `less than ${lengthWords(toSeconds ?? 0)}` : toSeconds === null ? `${lengthWords(fromSeconds)} or more` : `${lengthWords(fromSeconds)} to ${lengthWords(toSeconds)}`);
  const before = medianLength.before === null || medianLength.count === null ? "" : ` (${lengthWords(medianLength.before)} before)`;
  return (
    <Figure
      title="How long they were"
      figure="lengths"
      days={days}
      lead={medianLength.count === null ? "No session ended." : `Half ended within ${lengthWords(medianLength.count)}${before}, nine in ten within ${lengthWords(p90Length.count ?? 0)}, to the nearest 5%.`}
      table={{ head: ["From sign-in to end", "Sessions", "Before"], rows: figures.lengths.map((bucket) => [span(bucket), bucket.count, bucket.before]) }}
      lists={[may.sessions && { href: sessionsHref({ status: "ended" }), words: "Ended sessions" }]}
    >
      <BarList inline most={figures.lengths.length} bars={figures.lengths.map((bucket) => ({ name: name(bucket), count: bucket.count }))} />
    </Figure>
  );
}

export function NewDevices({ insights: { days, from, to, zone, totals, figures }, may }: Props) {
  const bins = binsOf(figures.newDevices).map((bin) => ({ ...bin, count: sumOf(bin.rows, ({ count }) => count) }));
  const compared = change(totals.newDevices);
  const name = (bin: { from: string; to: string }) => (bin.from === bin.to ? longDay(bin.from) : `${shortDay(bin.from)} – ${shortDay(bin.to)}`);
  return (
    <Figure
      title="New devices"
      figure="newDevices"
      days={days}
      lead={`${counted(totals.newDevices.count, "device")} signed in for the first time${compared ? `, ${compared}` : ""}.`}
      table={{ head: ["Day", "New devices"], rows: bins.map((bin) => [may.events ? { words: name(bin), href: eventsHref("sign_in.succeeded", bin.from, bin.to, zone) } : name(bin), bin.count]).toReversed() }}
      lists={[may.sessions && { href: sessionsHref({ status: "all" }), words: "Devices" }, may.events && { href: eventsHref("sign_in.succeeded", from, to, zone), words: "Sign-ins" }]}
    >
      <DayBars label={`New devices: ${bins.map((bin) => `${shortDay(bin.to)} ${bin.count}`).join(", ")}`} height={150} bars={bins.map((bin) => ({ name: shortDay(bin.to), up: bin.count, tip: `${name(bin)}: ${counted(bin.count, "new device")}` }))} />
    </Figure>
  );
}

/** Sessions by what they began on. */
export function Software({ insights: { days, figures }, may, figure, title }: Props & { figure: "browsers" | "systems" | "kinds" | "apps"; title: string }) {
  const word = (what: string | null) => (figure === "kinds" ? kindWords[what as keyof typeof kindWords] : what === "…" ? "Rarer ones" : (what ?? "Not said"));
  const rows: readonly { what: string | null; count: number; before: number }[] = figures[figure];
  const all = sumOf(rows, ({ count }) => count);
  return (
    <Figure
      title={title}
      figure={figure}
      days={days}
      table={{ head: [title, "Sessions", "Before"], rows: rows.map(({ what, count, before }) => [word(what), count, before]) }}
      lists={[may.sessions && { href: sessionsHref(figure === "apps" ? { status: "all", kind: "app" } : { status: "all" }), words: figure === "apps" ? "Apps" : "Devices" }]}
    >
      <BarList
        most={6}
        bars={rows.filter(({ count }) => count > 0).map(({ what, count }) => ({ name: word(what), count, note: `${Math.round((count / Math.max(1, all)) * 100)}%`, href: figure === "kinds" && may.sessions && what ? sessionsHref({ status: "all", kind: what }) : null }))}
        empty={figure === "apps" ? "No app signed in." : undefined}
      />
    </Figure>
  );
}
