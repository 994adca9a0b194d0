import { query } from "@/scripts/servers/query";
import { step } from "@/scripts/up/say";
import { makeAccounts, signIn } from "./accounts";
import { type RunningApp, type Servers, startCopy, startServers } from "./bench-servers";
import { fillSessions } from "./fill-sessions";
import { get, type Job, type Loader, startLoader } from "./load";
import { median } from "./median";
import { atMost, type Result, unbound } from "./result";

const FEW = 1_000;
const MANY = 1_000_000;
const PAIRS = 7;

/** Filters that many, few and none of the million satisfy. */
const FILTERS: Record<string, string> = {
  "live and ended": "status=all",
  ended: "status=ended",
  "a common country": "country=DE",
  "a rare country": "country=IS",
  "a kind that hardly anyone has": "kind=unknown",
  "one address": "ip=10.1.2.3",
  "a network of 65,536": "ip=10.1.0.0/16",
  "a name that everyone has": "q=person",
  "one person's e-mail": "q=person.77777%40",
  "nobody's e-mail": "q=nobody",
  "all of them together": "q=person.1&ip=10.0.0.0%2F8&country=DE&kind=desktop&status=all",
};

type Side = { app: RunningApp; load: Loader; cookie: string };

/** The first page of everyone's sessions with a thousand of them and with a million, each in an app and on servers of its own. */
export async function measureAdminList(copy: string): Promise<Result[]> {
  const few = await step("A thousand sessions", () => prepare(copy, FEW));
  const many = await step("A million sessions", () => prepare(copy, MANY));
  const results: Result[] = [];
  for (const [name, path] of [["First page of everyone's sessions, time at 1,000,000 against 1,000", "/api/admin/sessions"], ["… as a page", "/admin/devices"]] as const) {
    const ratios: number[] = [];
    for (const side of [few, many]) await side.load(jobOf(side, path, 2_000));
    for (let pair = 0; pair < PAIRS; pair++) ratios.push((await few.load(jobOf(few, path, 1_000))).perSecond / (await many.load(jobOf(many, path, 1_000))).perSecond);
    results.push(atMost(name, median(ratios), 1.5, "×"));
  }
  for (const [name, filter] of Object.entries(FILTERS)) {
    const path = `/api/admin/sessions?${filter}`;
    await many.load(jobOf(many, path, 1_000));
    const { p50 } = await many.load(jobOf(many, path, 2_000));
    results.push(unbound(`… ${name}, median time at 1,000,000`, p50, "ms"));
  }
  await Promise.all([few.app.stop(), many.app.stop()]);
  return results;
}

async function prepare(copy: string, count: number): Promise<Side> {
  const servers: Servers = await startServers();
  const [email = ""] = await makeAccounts(servers, "administrator", 1);
  await query(servers.databaseUrl, "update users set role = 'ADMIN'");
  await fillSessions(servers, count);
  const app = await startCopy(copy, servers);
  return { app, load: startLoader(app.port), cookie: await signIn(app, email) };
}

function jobOf({ cookie }: Side, path: string, milliseconds: number): Job {
  return { requests: [get(path, cookie)], connections: 1, milliseconds };
}
