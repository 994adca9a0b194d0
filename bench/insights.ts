import { setTimeout as sleep } from "node:timers/promises";
import { query } from "@/scripts/servers/query";
import { step } from "@/scripts/up/say";
import { makeAccounts, signIn } from "./accounts";
import { type RunningApp, type Servers, startCopy, startServers } from "./bench-servers";
import { fillEvents } from "./fill-events";
import { get, type Job, type Loader, startLoader } from "./load";
import { median } from "./median";
import { atMost, type Result, unbound } from "./result";

const FEW = 1_000;
const PAIRS = 7;
const COUNTED_WITHIN_MS = 15 * 60_000;

type Side = { app: RunningApp; load: Loader; cookie: string; countedInMs: number };

/** The page of figures with a thousand events and with `many`, each in an app and on servers of its own; and how long it takes to count a year of them at the first start. */
export async function measureInsights(copy: string, many: number): Promise<Result[]> {
  const name = many.toLocaleString("en");
  const few = await step("A thousand events", () => prepare(copy, FEW));
  const lots = await step(`${name} events, and their figures`, () => prepare(copy, many));
  const results: Result[] = [];
  for (const [what, path, bound] of [["Figures of a year as a page", "/admin/insights?days=365", 1.5], ["… of 30 days", "/admin/insights?days=30", 1.5], ["… as a call", "/api/admin/insights?days=365", null]] as const) {
    const ratios: number[] = [];
    for (const side of [few, lots]) await side.load(jobOf(side, path, 2_000));
    for (let pair = 0; pair < PAIRS; pair++) ratios.push((await few.load(jobOf(few, path, 1_000))).perSecond / (await lots.load(jobOf(lots, path, 1_000))).perSecond);
    const line = `${what}, time at ${name} events against ${FEW.toLocaleString("en")}`;
    // The call does little but add up rows: few events leave few rows a day, and then it is no page that is compared.
    results.push(bound === null ? unbound(line, median(ratios), "×") : atMost(line, median(ratios), bound, "×"));
    const { p50 } = await lots.load(jobOf(lots, path, 2_000));
    results.push(unbound("… median time", p50, "ms"));
  }
  results.push(unbound(`Counting ${name} events of a year for the first time`, lots.countedInMs, "ms"));
  await Promise.all([few.app.stop(), lots.app.stop()]);
  return results;
}

async function prepare(copy: string, count: number): Promise<Side> {
  const servers: Servers = await startServers();
  const [email = ""] = await makeAccounts(servers, "administrator", 1);
  await query(servers.databaseUrl, "update users set role = 'ADMIN'");
  await fillEvents(servers, count);
  const app = await startCopy(copy, servers);
  const countedInMs = await untilCounted(servers);
  return { app, load: startLoader(app.port), cookie: await signIn(app, email), countedInMs };
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
