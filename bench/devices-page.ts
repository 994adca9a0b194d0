import { makeAccounts, signIn } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { countTrips } from "./count-trips";
import { get, type Job, type Loader } from "./load";
import { median } from "./median";
import { atMost, type Result, unbound } from "./result";

const PAIRS = 5;

/** The devices page of an account with one session and of one with a hundred. */
export async function measureDevicesPage(servers: Servers, app: RunningApp, load: Loader): Promise<Result[]> {
  const [small = "", large = ""] = await makeAccounts(servers, "owner", 2);
  const few = { requests: [get("/devices", await signIn(app, small))], connections: 1, milliseconds: 1_000 };
  for (let count = 1; count < 100; count++) await signIn(app, large);
  const many = { ...few, requests: [get("/devices", await signIn(app, large))] };
  for (const job of [few, many]) await load(job);
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) ratios.push((await load(few)).perSecond / (await load(many)).perSecond);
  const count = (job: Job) => countTrips(servers, 100, async () => void (await load({ ...job, milliseconds: 4_000, perSecond: 25 })));
  const [one, hundred] = [await count(few), await count(many)];
  return [
    atMost("Devices page, SQL statements at 1 session", one.sql, 2),
    atMost("… at 100 sessions", hundred.sql, 2),
    atMost("… Redis round trips at 1 session", one.redisTrips, 2),
    atMost("… at 100 sessions", hundred.redisTrips, 2),
    unbound("… time at 100 sessions against 1", median(ratios), "×"),
  ];
}
