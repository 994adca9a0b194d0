import { and, eq, gt, isNotNull, isNull, lt, not, notExists, or, sql } from "drizzle-orm";
import { addresses, devices, leftRecord, outgoingMails, recordLivesUntil, sessions, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** Beyond the life of a record: clocks, and a replay that is just at it. */
const MARGIN = sql`interval '1 hour'`;
/** The rule of unusual sign-ins looks back so far (ACCOUNTS 7). */
const PLACES_DAYS = 90;

/**
 * Forgets sessions that ended more than so many days ago. Never one that a Redis could still hold a record of (replay needs
 * its row, however old the snapshot that comes back), nor one whose last use is not copied yet, nor any of an account that a mail can still take back
 * to before something (ACCOUNTS 2): it names sessions. How many, at most `batch`.
 */
export async function dropOldSessions({ db }: Context, days: number, batch: number): Promise<number> {
  const goingBack = db
    .select({ one: sql`1` })
    .from(outgoingMails)
    .where(and(eq(outgoingMails.userId, sessions.userId), isNotNull(outgoingMails.number), gt(outgoingMails.linkExpiresAt, statementTime)));
  const old = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        isNotNull(sessions.endedAt),
        lt(sessions.endedAt, sql`${statementTime} - make_interval(days => ${days})`),
        lt(sessions.endRecordedAt, sql`${statementTime} - make_interval(days => ${days})`),
        sessions.endSettled,
        or(not(leftRecord), sql`${recordLivesUntil} < (${statementTime} at time zone 'UTC') - ${MARGIN}`),
        notExists(goingBack),
      ),
    )
    .limit(batch)
    .for("update", { skipLocked: true });
  // As an array: a subquery could be run again for each row, and then its limit is none.
  return (await db.delete(sessions).where(sql`${sessions.id} = any(array(${old}))`)).count;
}

/**
 * Forgets devices that no session tells of any more and that were not used for so long: whoever signs in there again is on a
 * new device, as on one that was forgotten. Not while one is trusted. How many, at most `batch`.
 */
export async function dropOldDevices({ db }: Context, days: number, batch: number): Promise<number> {
  const told = db.select({ one: sql`1` }).from(sessions).where(eq(sessions.deviceId, devices.id));
  const unused = lt(devices.lastSeenAt, sql`${statementTime} - make_interval(days => ${days})`);
  const old = db
    .select({ id: devices.id })
    .from(devices)
    .where(and(unused, or(isNull(devices.trustedUntil), lt(devices.trustedUntil, statementTime)), notExists(told)))
    .limit(batch)
    .for("update", { skipLocked: true });
  return (await db.delete(devices).where(and(sql`${devices.id} = any(array(${old}))`, notExists(told)))).count;
}

/** The same of addresses, but never sooner than what is unusual is told by them. */
export async function dropOldAddresses({ db }: Context, days: number, batch: number): Promise<number> {
  const told = db.select({ one: sql`1` }).from(sessions).where(eq(sessions.addressId, addresses.id));
  const unused = lt(addresses.lastSeenAt, sql`${statementTime} - make_interval(days => ${Math.max(days, PLACES_DAYS)})`);
  const old = db.select({ id: addresses.id }).from(addresses).where(and(unused, notExists(told))).limit(batch).for("update", { skipLocked: true });
  return (await db.delete(addresses).where(and(sql`${addresses.id} = any(array(${old}))`, notExists(told)))).count;
}
