import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import { events } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** Rows that one statement changes at most. */
const BATCH = 500;

/** Of a detail what identifies nobody: counts, and words of ours. Nothing that somebody typed looks so under these names. */
const countsOf = sql`(
  select coalesce(jsonb_object_agg(key, value), '{}'::jsonb) from jsonb_each(${events.detail})
  where jsonb_typeof(value) in ('number', 'boolean')
    or (key in ('reason', 'what', 'source', 'format', 'about') and jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^[a-z_]{1,40}$')
    or key = 'rules'
)`;

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

/** The same of what they did as an administrator: it stays what it was, done by nobody who is known. */
export async function forgetActsOf({ db }: Context, userId: string): Promise<boolean> {
  const acts = db
    .select({ id: events.id })
    .from(events)
    .where(and(eq(events.actorUserId, userId), sql`${events.actorUserId} is distinct from ${events.userId}`))
    .limit(BATCH)
    .for("update");
  const done = await db.update(events).set({ ...nobody, actorUserId: null }).where(sql`${events.id} = any(array(${acts}))`).returning({ id: events.id });
  return done.length === BATCH;
}

/** What is shorter is looked for as the whole of a text: in the middle of one it says nothing. */
const SHORT = 4;

/**
 * The same of what administrators looked for, and noted, when they ended or exported many things at once, where that names this
 * person: these are found by how an address or a name begins. Few events are of these kinds.
 */
export async function forgetMentions({ db }: Context, words: readonly string[]): Promise<boolean> {
  function says(word: string): SQL {
    const text = JSON.stringify(word.toLowerCase());
    const q = sql`lower(${events.detail} ->> 'q')`;
    return sql`(position(${word.length < SHORT ? text : text.slice(1, -1)} in lower(${events.detail}::text)) > 0 or (length(${q}) >= ${SHORT} and starts_with(${word.toLowerCase()}, ${q})))`;
  }
  const mentions = db
    .select({ id: events.id })
    .from(events)
    .where(and(inArray(events.type, ["sessions.bulk_ended", "export.made"]), or(...words.map(says)), sql`${events.detail} <> ${countsOf}`))
    .limit(BATCH)
    .for("update");
  const done = await db.update(events).set({ detail: countsOf }).where(sql`${events.id} = any(array(${mentions}))`).returning({ id: events.id });
  return done.length === BATCH;
}
