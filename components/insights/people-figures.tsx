import type { Insights } from "@/lib/insights/schema";
import { BarList } from "./bar-list";
import { binsOf, sumOf } from "./bins";
import { DayLines } from "./day-lines";
import { Figure } from "./figure";
import { isUnusual } from "./findings";
import { HourGrid, type HourCell } from "./hour-grid";
import { eventsHref, type MaySee, sessionsHref } from "./lists";
import { change, counted, countryName, number, shortDay, WEEKDAYS } from "./words";
import { WorldMap } from "./world-map";

type Props = { insights: Insights; may: MaySee };

/** People, each once: a day, a week, a month. */
export function People({ insights: { days, totals, figures }, may }: Props) {
  const rows = binsOf(figures.people).map(({ rows }) => rows.at(-1)).filter((row) => row !== undefined);
  const compared = change(totals.activeMonth);
  return (
    <Figure
      title="People"
      figure="people"
      days={days}
      lead={`${counted(totals.activeMonth.count, "person was", "people were")} here in the last 30 days${compared ? `, ${compared}` : ""}; ${number(totals.activeDay.count)} on a usual day.`}
      table={{ head: ["Day", "That day", "7 days", "30 days"], rows: rows.map(({ day, active, week, month }) => [shortDay(day), active, week, month]).toReversed() }}
      lists={[may.users && { href: "/admin/users", words: "Users" }]}
    >
      <DayLines
        label={`People active in the 30 days up to each day: ${rows.map(({ day, month }) => `${shortDay(day)} ${month}`).join(", ")}`}
        days={rows.map(({ day }) => shortDay(day))}
        tips={rows.map(({ day, active, week, month }) => `${shortDay(day)}: ${number(active)} that day, ${number(week)} in 7 days, ${number(month)} in 30`)}
        lines={[
          { name: "a month", values: rows.map(({ month }) => month), tone: "strong" },
          { name: "a week", values: rows.map(({ week }) => week), tone: "middle" },
          { name: "a day", values: rows.map(({ active }) => active), tone: "faint" },
        ]}
      />
    </Figure>
  );
}

export function Hours({ insights: { days, from, to, zone, figures }, may }: Props) {
  const say = ({ weekday, hour, count }: HourCell) => `${WEEKDAYS[weekday - 1]}, ${clock(hour)} – ${clock(hour + 1)}: ${counted(count, "sign-in")}`;
  const busiest = figures.hours.reduce<HourCell | null>((best, cell) => (cell.count > (best?.count ?? 0) ? cell : best), null);
  return (
    <Figure
      title="When"
      figure="hours"
      days={days}
      lead={busiest ? `Most sign in on ${WEEKDAYS[busiest.weekday - 1]}s between ${clock(busiest.hour)} and ${clock(busiest.hour + 1)}. Hours are those of ${zone}.` : "Nobody signed in."}
      table={{ head: ["Hour", ...WEEKDAYS.map((name) => name.slice(0, 3))], rows: Array.from({ length: 24 }, (_one, hour) => [clock(hour), ...WEEKDAYS.map((_name, index) => figures.hours.find((cell) => cell.weekday === index + 1 && cell.hour === hour)?.count ?? 0)]) }}
      lists={[may.events && { href: eventsHref("sign_in.succeeded", from, to, zone), words: "Sign-ins" }]}
    >
      <HourGrid cells={figures.hours} say={say} label={busiest ? `Sign-ins by hour and weekday, most of them ${say(busiest)}` : "No sign-ins"} />
    </Figure>
  );
}

function clock(hour: number): string {
  return `${String(hour % 24).padStart(2, "0")}:00`;
}

export function Countries({ insights: { days, from, to, zone, figures }, may }: Props) {
  const name = (country: string | null) => countryName(country);
  const strange = figures.countries.filter(isUnusual);
  const href = (country: string | null) => (may.sessions && country ? sessionsHref({ status: "all", country }) : null);
  const total = sumOf(figures.countries, ({ signIns }) => signIns);
  return (
    <Figure
      title="Where from"
      figure="countries"
      days={days}
      className="lg:col-span-2"
      lead={strange.length > 0 ? `The darker, the more sign-ins; a ring in amber where failures are unusual: ${strange.map(({ country }) => name(country)).join(", ")}.` : `The darker, the more sign-ins: ${counted(figures.countries.filter(({ signIns }) => signIns > 0).length, "country", "countries")}.`}
      table={{
        head: ["Country", "Signed in", "Before", "Failed", "Failed before"],
        rows: figures.countries.map(({ country, signIns, signInsBefore, failed, failedBefore }) => {
          const to = href(country);
          return [to ? { words: name(country), href: to } : name(country), signIns, signInsBefore, failed, failedBefore];
        }),
      }}
      lists={[may.sessions && { href: sessionsHref({ status: "all" }), words: "Devices" }, may.events && { href: eventsHref("sign_in.failed", from, to, zone), words: "Failures" }]}
    >
      <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[minmax(0,2.2fr)_minmax(0,1fr)]">
        <WorldMap
          label={`Sign-ins by country: ${figures.countries.slice(0, 10).map(({ country, signIns }) => `${name(country)} ${signIns}`).join(", ")}`}
          places={figures.countries.map((row) => ({ country: row.country, count: row.signIns, unusual: isUnusual(row), tip: `${name(row.country)}: ${counted(row.signIns, "sign-in")}, ${number(row.failed)} failed` }))}
        />
        <BarList
          total={Math.max(1, ...figures.countries.map(({ signIns }) => signIns))}
          most={9}
          bars={[...strange, ...figures.countries.filter((row) => !isUnusual(row))].filter(({ signIns, failed }) => signIns + failed > 0).map((row) => ({
            name: name(row.country),
            ...(isUnusual(row) ? { count: row.failed, words: `${number(row.failed)} failed` } : { count: row.signIns, note: total > 0 ? `${Math.round((row.signIns / total) * 100)}%` : null }),
            href: href(row.country),
            unusual: isUnusual(row),
          }))}
        />
      </div>
    </Figure>
  );
}
