import { setTimeout as sleep } from "node:timers/promises";
import { query } from "@/scripts/servers/query";
import { step } from "@/scripts/up/say";
import { makeAccounts, signIn } from "./accounts";
import { type RunningApp, type Servers, startCopy, startServers } from "./bench-servers";
import { type Fill, fillEvents } from "./fill-events";
import { get, type Job, type Loader, startLoader } from "./load";
import { median } from "./median";
import { readCosts } from "./read-costs";
import { atMost, type Result, unbound } from "./result";

const FEW = 1_000;
/** Spread over as many days as a thousand have all of the values on: twenty a day. */
const SAME = { days: 50, values: 20 };
/** A year whose days have all hours, two hundred countries, and thirty lengths of sessions. */
const FULL: Fill = { events: 1_000_000, days: 365, values: 1_200 };
const PAIRS = 7;
const COUNTED_WITHIN_MS = 15 * 60_000;
const PATHS = [["Figures of a year as a page", "/admin/insights?days=365"], ["… of 30 days", "/admin/insights?days=30"], ["… of a year as a call", "/api/admin/insights?days=365"]] as const;

type Side = { servers: Servers; app: RunningApp; load: Loader; cookie: string; countedInMs: number };

/**
 * The page of figures with a thousand events and with `many` on the same days and of the same values, each in an app and on servers
 * of its own; what a year costs in which each day has all values; and how long it takes to count the past at the first start.
 */
export async function measureInsights(copy: string, many: number): Promise<Result[]> {
  const name = many.toLocaleString("en");
  const few = await step("A thousand events", () => prepare(copy, { events: FEW, ...SAME }));
  const lots = await step(`${name} events, and their figures`, () => prepare(copy, { events: many, ...SAME }));
  const results: Result[] = [];
  for (const [what, path] of PATHS) {
    const ratios: number[] = [];
    for (const side of [few, lots]) await side.load(jobOf(side, path, 2_000));
    for (let pair = 0; pair < PAIRS; pair++) ratios.push((await few.load(jobOf(few, path, 1_000))).perSecond / (await lots.load(jobOf(lots, path, 1_000))).perSecond);
    results.push(atMost(`${what}, time at ${name} events against ${FEW.toLocaleString("en")}`, median(ratios), 1.5, "×"));
    results.push(unbound("… median time", (await lots.load(jobOf(lots, path, 2_000))).p50, "ms"));
  }
  const [cheap, dear] = [await readCosts(few.servers, 365), await readCosts(lots.servers, 365)];
  results.push(atMost(`… statements for the figures of a year, at ${name} events`, dear.statements, cheap.statements));
  results.push(atMost(`… pages of 8 kB that these look at, against ${FEW.toLocaleString("en")}`, dear.pages / cheap.pages, 1.1, "×"));
  results.push(unbound("… how many", dear.pages, ""));
  results.push(unbound(`Counting ${name} events for the first time`, lots.countedInMs, "ms"));
  await Promise.all([few.app.stop(), lots.app.stop()]);
  return [...results, ...(await measureFull(copy))];
}

/** About the most that a page comes to: few days have more rows of figures, however much happens on them. */
async function measureFull(copy: string): Promise<Result[]> {
  const full = await step("A year of full days", () => prepare(copy, FULL));
  const results: Result[] = [];
  for (const [what, path] of PATHS) {
    await full.load(jobOf(full, path, 2_000));
    results.push(unbound(`${what}, median time in a year of full days`, (await full.load(jobOf(full, path, 2_000))).p50, "ms"));
  }
  results.push(unbound("… pages of 8 kB that the statements for a year look at", (await readCosts(full.servers, 365)).pages, ""));
  results.push(unbound(`Counting ${FULL.events.toLocaleString("en")} events of a year for the first time`, full.countedInMs, "ms"));
  await full.app.stop();
  return results;
}

async function prepare(copy: string, fill: Fill): Promise<Side> {
  const servers = await startServers();
  const [email = ""] = await makeAccounts(servers, "administrator", 1);
  await query(servers.databaseUrl, "update users set role = 'ADMIN'");
  await fillEvents(servers, fill);
  const app = await startCopy(copy, servers);
  const countedInMs = await untilCounted(servers);
  return { servers, app, load: startLoader(app.port), cookie: await signIn(app, email), countedInMs };
}

/** The app counts by itself; today comes last. */
async function untilCounted({ databaseUrl }: Servers): Promise<number> {
  for (const started = Date.now(); Date.now() - started < COUNTED_WITHIN_MS; await sleep(500)) {
    const [counted] = await query(databaseUrl, "select from insight_failing limit 1");
    if (counted) return Date.now() - started;
  }
  throw new Error("the figures are not counted");
}

function jobOf({ cookie }: Side, path: string, milliseconds: number): Job {
  return { requests: [get(path, cookie)], connections: 1, milliseconds };
}
