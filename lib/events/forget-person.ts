import { and, eq, gte, inArray, isNull, not, or, sql } from "drizzle-orm";
import { events } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isMentioned, type Named, withoutMention } from "./mention";

/** Rows that one statement changes at most. */
const BATCH = 500;

/** Of a detail what identifies nobody: counts, and words of ours. Nothing that somebody typed looks so under these names. */
const countsOf = sql`(
  select coalesce(jsonb_object_agg(key, value), '{}'::jsonb) from jsonb_each(${events.detail})
  where jsonb_typeof(value) in ('number', 'boolean')
    or (key in ('reason', 'what', 'source', 'format', 'about') and jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^[a-z_]{1,40}$')
    or key = 'rules'
)`;

const PLACE = ["sessionId", "deviceId", "address", "country", "city"] as const;
const nobody = { sessionId: null, deviceId: null, address: null, country: null, city: null };

/**
 * Takes what identifies an erased account off what happened to it: what remains is that something of this kind happened then,
 * with its counts. Who did it stays, if it was an administrator. A batch a call; whether there may be more.
 */
export async function forgetOwnEvents({ db }: Context, userId: string): Promise<boolean> {
  const own = db.select({ id: events.id }).from(events).where(eq(events.userId, userId)).limit(BATCH).for("update");
  const actor = sql`nullif(${events.actorUserId}, ${userId}::uuid)`;
  // As an array: a subquery could be run again for each row, and then its limit is none.
  const done = await db.update(events).set({ ...nobody, userId: null, actorUserId: actor, detail: countsOf }).where(sql`${events.id} = any(array(${own}))`).returning({ id: events.id });
  return done.length === BATCH;
}

/**
 * The same of what they did as an administrator, or to nobody: it stays what it was, done by nobody who is known. What somebody did to
 * another's account in no office (tried to open it while signed in as themselves) is told to its owner, and loses who did it alone.
 */
export async function forgetActsOf({ db }: Context, userId: string): Promise<boolean> {
  const acts = db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.actorUserId, userId), sql`${events.actorUserId} is distinct from ${events.userId}`))
    .limit(BATCH)
    .for("update");
  const isTold = sql`${events.actor} <> 'admin' and ${events.userId} is not null`;
  const place = Object.fromEntries(PLACE.map((column) => [column, sql`case when ${isTold} then ${events[column]} end`]));
  const done = await db.update(events).set({ ...place, actorUserId: null }).where(sql`${events.id} = any(array(${acts}))`).returning({ id: events.id });
  return done.length === BATCH;
}

/** Where in a detail administrators name people: what they noted, how an address or a name that they looked for begins, whom they meant by an id, and from where. */
const MENTIONS = [["note"], ["filter", "q"], ["filter", "userId"], ["filter", "ip"], ["userId"]];

// Written out, and no parameters: PostgreSQL must see that the indexes of these serve.
const endNoted = sql`${events.type} = 'session.ended' and ${events.detail} ? 'note'`;
const isBulk = sql`${events.detail} ? 'bulk'`;

/**
 * Takes out what administrators looked for, and noted, when they ended or exported many things at once, where that names this
 * person, and what they noted with that of everybody whose session ended so; the rest of what they did stays, and what they did
 * before the account was. A batch a call; whether there may be more.
 */
export async function forgetMentions({ db }: Context, person: Named): Promise<boolean> {
  const says = (keys: readonly string[]) => isMentioned(keys, person);
  const since = gte(events.at, person.createdAt);
  const meant = and(inArray(events.type, ["sessions.bulk_ended", "export.made"]), isNull(events.userId), since);
  const bulks = db.select({ bulk: sql`${events.detail} ->> 'bulk'` }).from(events).where(and(eq(events.type, "sessions.bulk_ended"), isNull(events.userId), since, says(["note"])));
  // The ends first: by the event of all of them these are found.
  const kinds = [and(endNoted, not(isBulk), since, says(["note"])), and(endNoted, inArray(sql`(${events.detail} ->> 'bulk')`, bulks), says(["note"])), and(meant, or(...MENTIONS.map(says)))];
  for (const kind of kinds) {
    const mentions = db.select({ id: events.id }).from(events).where(kind).limit(BATCH).for("update");
    const rest = MENTIONS.reduce((detail, keys) => withoutMention(detail, keys, person), sql`${events.detail}`);
    const done = await db.update(events).set({ detail: rest }).where(sql`${events.id} = any(array(${mentions}))`).returning({ id: events.id });
    if (done.length === BATCH) return true;
  }
  return false;
}
