import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Context } from "@/lib/core/context";
import { isDatabaseDown, isRedisDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import { REDIS_DEADLINE_MS } from "@/lib/core/deadline";
import type { Credential } from "../credential";
import { endedIdentity, type Identity } from "../identity";
import { putRecord } from "../store/put-record";
import type { RevokedToken } from "../store/revoked-key";
import { isTombstone, type SessionRecord } from "../store/session-entry";
import { identityOf, judge } from "./judge";
import { type LoadedSession, loadSession } from "./load-session";
import { revokedOf } from "./revoked-tokens";
import { vouch } from "./vouch";

/** Admissions hold a connection while Redis answers: only this share of the pool is theirs. */
const AT_ONCE = 6;
const WAITING = 400;
/** By how much Redis' clock may be behind ours. */
const SKEW_MS = 100;

/**
 * Puts a session that Redis does not know into Redis, if the ledger says that it is open (DESIGN 4).
 * The row stays locked until the command has been answered or can do nothing any more, so that an end
 * either comes before, and is seen here, or after, and finds the record. With a native session go the ids of its
 * revoked tokens: whoever finds a record finds them too. One flight a session and process.
 */
export async function admit(context: Context, credential: Credential): Promise<Identity> {
  const flights = singleton("admissions", () => new Map<string, Promise<Identity>>());
  const limit = singleton("admit", () => pLimit(AT_ONCE));
  const underway = flights.get(credential.s);
  if (underway) return underway;
  if (limit.pendingCount >= WAITING) return { state: "unknown" };
  const flight = limit(() => admitNow(context, credential)).finally(() => flights.delete(credential.s));
  flights.set(credential.s, flight);
  return flight;
}

async function admitNow(context: Context, credential: Credential): Promise<Identity> {
  try {
    const outcome = await context.db.transaction(async (db) => {
      const row = await loadSession({ ...context, db }, credential, true);
      const verdict = judge(row);
      if (verdict.is === "over") return verdict.identity;
      if (verdict.is === "past" || !row) return endedIdentity("expired");
      const revoked = row.session.client === "native" ? await revokedOf({ ...context, db }, row.session.id) : [];
      return settle(context, row, revoked);
    });
    if (outcome !== null) return outcome;
  } catch (error) {
    if (!isDatabaseDown(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: admission failed");
  }
  return vouch(context, credential, true);
}

/** Null when Redis did not answer: PostgreSQL has just vouched, but the use must be noted there. */
async function settle(context: Context, row: LoadedSession, revoked: readonly RevokedToken[]): Promise<Identity | null> {
  // Nothing will be sent, so nothing can be late.
  if (!context.redis.connection?.trusted) return null;
  const deadline = context.clock.now() + REDIS_DEADLINE_MS;
  try {
    const found = await context.redis.ask((client) => putRecord(client, row.session.id, recordOf(row), { deadline, revoked }));
    if (found === "late") return null;
    if (found !== "put" && isTombstone(found)) return endedIdentity(found.ended);
    return identityOf(row);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    // The command may still be on its way: hold the lock until it can do nothing.
    await sleep(Math.max(0, deadline - context.clock.now()) + SKEW_MS);
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
