import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Context } from "@/lib/core/context";
import { isOutage, isRedisDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import { REDIS_DEADLINE_MS } from "@/lib/core/deadline";
import type { Credential } from "../credential";
import { endedIdentity, type Identity } from "../identity";
import { putRecord } from "../store/put-record";
import { redisTime } from "../store/redis-time";
import type { RevokedToken } from "../store/revoked-key";
import { isTombstone, sessionKey, type SessionRecord } from "../store/session-entry";
import { identityOf, judge } from "./judge";
import { type LoadedSession, loadSession } from "./load-session";
import { revokedOf } from "./revoked-tokens";
import { vouch, vouchBy } from "./vouch";

/** Admissions hold a connection while Redis answers: only this share of the pool is theirs. */
const AT_ONCE = 6;
const WAITING = 400;
/** How long a lock that was asked for just now is counted on: PostgreSQL takes it from who says nothing for 1 s (db/client.ts). */
const LOCK_MS = 800;
/** By how much Redis' clock may be set back in that time. */
const SKEW_MS = 100;

/**
 * Puts a session that Redis does not know into Redis, if the ledger says that it is open (DESIGN 4).
 * The row stays locked until the command has been answered or can do nothing any more, so that an end
 * either comes before, and is seen here, or after, and finds the record. With a native session go the ids of its
 * revoked tokens: whoever finds a record finds them too. One flight a session and process. Null when too many wait already.
 */
export async function admit(context: Context, credential: Credential): Promise<Identity | null> {
  const flights = singleton("admissions", () => new Map<string, Promise<Identity>>());
  const limit = singleton("admit", () => pLimit(AT_ONCE));
  const underway = flights.get(credential.s);
  if (underway) return underway;
  if (limit.pendingCount >= WAITING) return null;
  const flight = limit(() => admitNow(context, credential)).finally(() => flights.delete(credential.s));
  flights.set(credential.s, flight);
  return flight;
}

async function admitNow(context: Context, credential: Credential): Promise<Identity> {
  if (!context.redis.connection?.trusted) return vouch(context, credential, true);
  try {
    const outcome = await context.db.transaction(async (db) => {
      const start = await startOf(context, credential);
      const row = await loadSession({ ...context, db }, credential, true);
      const verdict = judge(row);
      if (verdict.is === "over") return verdict.identity;
      if (verdict.is === "past" || !row) return endedIdentity("expired");
      const revoked = row.session.client === "native" ? await revokedOf({ ...context, db }, row.session.id) : [];
      return (await settle(context, row, revoked, start)) ?? row;
    });
    // The COMMIT succeeded, so the row was locked all the while: PostgreSQL vouches, but must note the use.
    return "state" in outcome ? outcome : vouchBy(context, outcome);
  } catch (error) {
    if (!isOutage(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: admission failed");
  }
  return vouch(context, credential, true);
}

/** Redis' time before the row is locked, and when that was on a clock that nobody sets; milliseconds. */
type Start = { redisTime: number; at: number };

async function startOf(context: Context, { u, s }: Credential): Promise<Start> {
  const time = await context.redis.ask((client) => redisTime(client, sessionKey(u, s)));
  return { redisTime: time, at: performance.now() };
}

/**
 * Null when Redis did not answer in time. The deadline counts from before the statement that locked the row: a process that hears
 * of its lock late, or goes on late, may have lost it. It is reckoned on Redis' clock alone, so that ours may be wrong.
 */
async function settle(context: Context, row: LoadedSession, revoked: readonly RevokedToken[], start: Start): Promise<Identity | null> {
  const passed = performance.now() - start.at;
  const last = Math.floor(Math.min(passed + REDIS_DEADLINE_MS, LOCK_MS));
  // Nothing is sent, so nothing can be late.
  if (passed >= last) return null;
  try {
    const found = await context.redis.ask((client) => putRecord(client, row.session.id, recordOf(row), { deadline: start.redisTime + last, revoked }));
    if (found === "late") return null;
    if (found !== "put" && isTombstone(found)) return endedIdentity(found.ended);
    return identityOf(context.settings, row);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    // The command may still be on its way: hold the lock until it can do nothing.
    await sleep(Math.max(0, start.at + last - performance.now()) + SKEW_MS);
    return null;
  }
}

function recordOf({ session }: Pick<LoadedSession, "session">): SessionRecord {
  return {
    userId: session.userId,
    deviceId: session.deviceId,
    ipId: session.addressId,
    secretHash: session.secretHash,
    client: session.client,
    ttl: session.ttlSeconds,
    createdAt: session.createdAt.getTime(),
    absoluteEndsAt: session.absoluteExpiresAt.getTime(),
  };
}
