import type { Servers } from "../bench-servers";
import { countTrips } from "../count-trips";
import type { Job } from "../load";
import { median } from "../median";
import { atLeast, atMost, type Result, unbound } from "../result";
import { beginSessions } from "./begin-sessions";
import type { Contender } from "./contender";
import { endOthers } from "./end-others";
import { inTurns, ratio, RUN } from "./in-turns";

const ROUNDS = 9;
const ACCOUNTS = 20;

type Asked = { side: Contender; emails: string[]; cookies: string[]; job: Job };

/**
 * The question that is asked most, of 20 users in turn; what it costs elsewhere, which shows that better-auth's sessions are
 * in Redis; and how many of those sessions are let in a moment after their end was acknowledged.
 */
export async function compareChecks(servers: Servers, sides: Record<"latchkey" | "betterAuth" | "withCookieCache", Contender>): Promise<Result[]> {
  const latchkey = await prepare(sides.latchkey, "reader");
  const betterAuth = await prepare(sides.betterAuth, "reader");
  const cached = await prepare(sides.withCookieCache, "cached");
  const all = [latchkey, betterAuth, cached];
  const [ours = [], theirs = [], cachedRates = []] = await inTurns(all.map(({ side, job }) => ({ load: side.load, job: () => job })), ROUNDS);
  const count = ({ side, job }: Asked) => countTrips(servers, 200, async () => void (await side.load({ ...job, connections: 1, milliseconds: 1_000, perSecond: 200 })));
  const [ourTrips, theirTrips, cachedTrips] = [await count(latchkey), await count(betterAuth), await count(cached)];
  const accepted = `… accepted after their end, of ${ACCOUNTS} sessions`;
  return [
    atLeast("Session check, against better-auth", ratio(ours, theirs), 4),
    unbound("… Latchkey", median(ours), "a second", "more"),
    unbound("… better-auth", median(theirs), "a second", "more"),
    unbound("… Redis commands, Latchkey", ourTrips.redisCommands, ""),
    unbound("… Redis commands, better-auth", theirTrips.redisCommands, ""),
    atMost("… SQL statements, Latchkey", ourTrips.sql, 0),
    atMost("… SQL statements, better-auth", theirTrips.sql, 0),
    atMost(`${accepted}, Latchkey`, await acceptedAfterEnd(latchkey), 0),
    unbound(`${accepted}, better-auth`, await acceptedAfterEnd(betterAuth), ""),
    unbound("Session check, against better-auth *with its cookie cache*", ratio(ours, cachedRates), "×", "more"),
    unbound("… Redis commands, better-auth *with its cookie cache*", cachedTrips.redisCommands, ""),
    unbound(`${accepted}, better-auth *with its cookie cache*`, await acceptedAfterEnd(cached), ""),
  ];
}

async function prepare(side: Contender, name: string): Promise<Asked> {
  const emails = await side.makeAccounts(name, ACCOUNTS);
  const cookies = await beginSessions(side, emails);
  if ((await countSignedIn(side, cookies)) < ACCOUNTS) throw new Error("Who has just signed in is not signed in.");
  return { side, emails, cookies, job: { ...RUN, requests: cookies.map(side.requests.check) } };
}

/** Each session is ended from another browser of its account. */
async function acceptedAfterEnd({ side, emails, cookies }: Asked): Promise<number> {
  await side.load(await endOthers(side, await beginSessions(side, emails), 1), ["200", "204"]);
  return countSignedIn(side, cookies);
}

async function countSignedIn(side: Contender, cookies: readonly string[]): Promise<number> {
  return (await Promise.all(cookies.map(side.isSignedIn))).filter(Boolean).length;
}
