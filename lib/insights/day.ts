import { type SQL, sql } from "drizzle-orm";

/** A day of the operator's, from its first moment up to the next one's, as PostgreSQL wrote them. */
export type Day = { day: string; zone: string; from: string; to: string };

/** When a day begins in a zone: PostgreSQL alone reckons with zones here, so that no two tables of them can differ. */
export function startOf(day: SQL, zone: string): SQL {
  return sql`(${day}::timestamp at time zone ${zone})`;
}

/** Whether a time lies on that day. */
export function on({ from, to }: Day, time: SQL): SQL {
  return sql`(${time} >= ${from}::timestamptz and ${time} < ${to}::timestamptz)`;
}

/**
 * How long after its end a day is still counted anew. Whatever is written by then about that day is in its figures; and what
 * is deleted later was in them before.
 */
export const OPEN_DAYS = 2;
/** In hours: what "days" are to PostgreSQL depends on its session's zone. */
export const openFor = sql.raw(`interval '${OPEN_DAYS * 24} hours'`);
/** A month of people is so many days, as a week is seven. */
export const MONTH_DAYS = 30;
/** For how long it is kept who was there. */
export const KEPT_DAYS = MONTH_DAYS + OPEN_DAYS + 1;
