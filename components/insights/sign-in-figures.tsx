import { ruleWords } from "@/lib/core/unusual-rule";
import type { Insights } from "@/lib/insights/schema";
import { BarList } from "./bar-list";
import { binsOf, sumOf } from "./bins";
import { DayBars, type Note } from "./day-bars";
import { Figure } from "./figure";
import { unusualDay } from "./findings";
import { eventsHref, type MaySee } from "./lists";
import { change, counted, failureName, longDay, number, ruleNames, shortDay } from "./words";

type Props = { insights: Insights; may: MaySee };

/** Sign-ins and failures, bar by bar. */
export function SignIns({ insights: { days, from, to, zone, totals, figures }, may }: Props) {
  const bins = binsOf(figures.signIns).map((bin) => ({ ...bin, good: sumOf(bin.rows, ({ succeeded }) => succeeded), bad: sumOf(bin.rows, ({ failed }) => failed), refused: sumOf(bin.rows, ({ refused }) => refused) }));
  const most = bins.reduce((best, { good }, index) => (good > (bins[best]?.good ?? 0) ? index : best), 0);
  const day = unusualDay(figures.signIns);
  const odd = day && bins.findIndex((bin) => bin.rows.some((row) => row === figures.signIns[day.index]));
  const notes: Note[] = [
    ...(bins[most]?.good ? [{ index: most, words: number(bins[most].good) }] : []),
    ...(odd !== null && odd >= 0 ? [{ index: odd, words: `${number(bins[odd]?.bad ?? 0)} failed`, tone: "unusual" as const }] : []),
  ];
  const name = (bin: { from: string; to: string }) => (bin.from === bin.to ? longDay(bin.from) : `${shortDay(bin.from)} – ${shortDay(bin.to)}`);
  const compared = change(totals.signIns);
  return (
    <Figure
      title="Sign-ins"
      figure="signIns"
      days={days}
      lead={`${counted(totals.signIns.count, "sign-in")}${compared ? `, ${compared}` : ""}. Below the line, in amber: ${number(totals.failed.count)} that failed${totals.refused.count > 0 ? `; ${number(totals.refused.count)} more were refused after too many tries` : ""}.`}
      table={{
        head: [bins.length < figures.signIns.length ? "Week" : "Day", "Signed in", "Failed", "Refused"],
        rows: bins.map((bin) => [may.events ? { words: name(bin), href: eventsHref("sign_in.succeeded", bin.from, bin.to, zone) } : name(bin), bin.good, bin.bad, bin.refused]).toReversed(),
      }}
      lists={[may.events && { href: eventsHref("sign_in.succeeded", from, to, zone), words: "Sign-ins" }, may.events && { href: eventsHref("sign_in.failed", from, to, zone), words: "Failures" }]}
    >
      <DayBars
        label={`Sign-ins by ${bins.length < figures.signIns.length ? "week" : "day"}: ${bins.map((bin) => `${shortDay(bin.to)} ${bin.good}`).join(", ")}`}
        height={240}
        bars={bins.map((bin) => ({ name: shortDay(bin.to), up: bin.good, down: bin.bad, tip: `${name(bin)}: ${number(bin.good)} signed in, ${number(bin.bad)} failed${bin.refused > 0 ? `, ${number(bin.refused)} refused` : ""}` }))}
        notes={notes}
      />
    </Figure>
  );
}

/** What went wrong, and what looked like somebody else. */
export function Failures({ insights: { days, from, to, zone, totals, figures }, may }: Props) {
  const href = may.events ? eventsHref("sign_in.failed", from, to, zone) : null;
  return (
    <Figure
      title="What failed"
      figure="failures"
      days={days}
      lead={totals.failed.count === 0 ? "No sign-in failed." : `What was given wrongly${change(totals.failed) ? `; failures are ${change(totals.failed)}` : ""}.`}
      table={{ head: ["Given wrongly", "Times", "Before"], rows: figures.failures.map(({ what, count, before }) => [failureName(what), count, before]) }}
      lists={[href !== null && { href, words: "Failures" }]}
    >
      <BarList bars={figures.failures.filter(({ count }) => count > 0).map(({ what, count }) => ({ name: failureName(what), count }))} most={6} empty="Nothing failed." />
    </Figure>
  );
}

export function Rules({ insights: { days, from, to, zone, figures }, may }: Props) {
  const fired = sumOf(figures.rules, ({ count }) => count);
  const href = may.events ? eventsHref("sign_in.succeeded", from, to, zone) : null;
  return (
    <Figure
      title="Looked like somebody else"
      figure="rules"
      days={days}
      lead={fired === 0 ? "No sign-in on a new device looked like it." : "Sign-ins on a new device that did, and were asked for more or told of."}
      table={{ head: ["Rule", "Times", "Before"], rows: figures.rules.map(({ what, count, before }) => [ruleWords(what), count, before]) }}
      lists={[href !== null && { href, words: "Sign-ins" }]}
    >
      <BarList bars={figures.rules.map(({ what, count }) => ({ name: ruleNames[what], count, unusual: count > 0 }))} />
    </Figure>
  );
}

export function Failing({ insights: { days, from, to, zone, figures }, may }: Props) {
  return (
    <Figure
      title="Accounts with the most failures"
      className="md:max-lg:col-span-2"
      figure="failing"
      days={days}
      lead="Somebody tried them with what is wrong: their owners, or others."
      table={{ head: ["Account", "Failures"], rows: figures.failing.map(({ user, failures }) => [{ words: user.email, href: `/admin/users/${user.id}` }, failures]) }}
      lists={[may.events && { href: eventsHref("sign_in.failed", from, to, zone), words: "Failures" }]}
    >
      <BarList bars={figures.failing.map(({ user, failures }) => ({ name: user.email, count: failures, href: `/admin/users/${user.id}` }))} most={6} empty={may.users ? "None." : "Only who may see users sees whose they are."} />
    </Figure>
  );
}
