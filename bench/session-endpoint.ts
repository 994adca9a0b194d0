import { makeAccounts, signIn } from "./accounts";
import type { RunningApp, Servers } from "./bench-servers";
import { countTrips } from "./count-trips";
import { EMPTY_PATH } from "./empty-pair";
import { get, type Loader } from "./load";
import { median } from "./median";
import { atLeast, atMost, type Result } from "./result";

const PAIRS = 9;
const RUN = { connections: 16, milliseconds: 1_500 };

/** `GET /api/auth/session` of 20 users in turn against the empty route behind the empty middleware, in short alternating runs. */
export async function measureSessionEndpoint(servers: Servers, app: RunningApp, load: Loader): Promise<Result[]> {
  const cookies: string[] = [];
  for (const email of await makeAccounts(servers, "reader", 20)) cookies.push(await signIn(app, email));
  const empty = { ...RUN, requests: cookies.map((cookie) => get(EMPTY_PATH, cookie)) };
  const session = { ...RUN, requests: cookies.map((cookie) => get("/api/auth/session", cookie)) };
  for (const job of [empty, session]) await load(job);
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const jobs = pair % 2 === 0 ? [empty, session] : [session, empty];
    const rates = new Map<object, number>();
    for (const job of jobs) rates.set(job, (await load(job)).perSecond);
    ratios.push((rates.get(session) as number) / (rates.get(empty) as number));
  }
  const one = { connections: 1, milliseconds: 1_000, perSecond: 200, requests: session.requests };
  const trips = await countTrips(servers, 200, async () => void (await load(one)));
  return [
    atLeast("`GET /api/auth/session`, throughput against an empty route behind an empty middleware", median(ratios), 3),
    atMost("… Redis round trips", trips.redisTrips, 1),
    atMost("… Redis commands", trips.redisCommands, 2),
    atMost("… SQL statements", trips.sql, 0),
  ];
}
