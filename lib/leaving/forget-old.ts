import { sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import { RETENTION_LOCK } from "@/lib/core/locks";
import { dropOldEvents } from "@/lib/events/drop-old-events";
import { daysToKeep } from "@/lib/insights/days-to-keep";
import { dropOldAddresses, dropOldDevices, dropOldSessions } from "@/lib/sessions/drop-old-sessions";

/** Rows that one statement deletes at most, and statements a call: a backlog is worked off over the day, beside everything else. */
const BATCH = 500;
const BATCHES = 200;

/** How many of each were forgotten. */
export type Forgotten = { events: number; sessions: number; devices: number; addresses: number };

type Drop = (context: Context, days: number, batch: number) => Promise<number>;

/**
 * Forgets what is older than the operator wants it kept (`EVENTS_RETENTION_DAYS`, `SESSIONS_RETENTION_DAYS`; without these
 * nothing), in bounded batches, of which one is under way at a time whatever the number of processes. What is in no figure of
 * insights yet stays for a week more at most.
 */
export async function forgetOld(context: Context): Promise<Forgotten> {
  const { EVENTS_RETENTION_DAYS, SESSIONS_RETENTION_DAYS } = context.settings;
  const counted = async (days: number | undefined) => (days === undefined ? undefined : daysToKeep(context, days));
  const sessionsFor = await counted(SESSIONS_RETENTION_DAYS);
  return {
    events: await untilShort(context, dropOldEvents, await counted(EVENTS_RETENTION_DAYS)),
    sessions: await untilShort(context, dropOldSessions, sessionsFor),
    devices: await untilShort(context, dropOldDevices, sessionsFor),
    addresses: await untilShort(context, dropOldAddresses, SESSIONS_RETENTION_DAYS),
  };
}

async function untilShort(context: Context, drop: Drop, days: number | undefined): Promise<number> {
  let dropped = 0;
  for (let batch = 0; days !== undefined && batch < BATCHES; batch++) {
    const count = await context.db.transaction(async (db) => {
      const [lock] = await db.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${RETENTION_LOCK}) as taken`);
      // Another process is at it.
      return lock?.taken ? drop({ ...context, db }, days, BATCH) : 0;
    });
    dropped += count;
    if (count < BATCH) break;
  }
  return dropped;
}
