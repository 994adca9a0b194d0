import { and, eq, inArray, isNull, not, or, type SQL, sql } from "drizzle-orm";
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

/** How a person may be named: by words, in any case, and by addresses that they were there from. */
export type Names = { words: readonly string[]; addresses: readonly string[] };

/** Where in a detail administrators name people: what they noted, how an address or a name that they looked for begins, whom they meant by an id, and from where. */
const MENTIONS = [["note"], ["filter", "q"], ["filter", "userId"], ["filter", "ip"], ["userId"]];

// Written out, and no parameters: PostgreSQL must see that the indexes of these serve.
const endNoted = sql`${events.type} = 'session.ended' and ${events.detail} ? 'note'`;
const isBulk = sql`${events.detail} ? 'bulk'`;

/**
 * Takes out what administrators looked for, and noted, when they ended or exported many things at once, where that names this
 * person, and what they noted with that of everybody whose session ended so; the rest of what they did stays. Whole texts are compared and never what else a detail
 * is made of: a name is what its bearer wants it to be. A batch a call; whether there may be more.
 */
export async function forgetMentions({ db }: Context, names: Names): Promise<boolean> {
  const said = (keys: readonly string[]) => says(keys, names);
  const meant = sql`${inArray(events.type, ["sessions.bulk_ended", "export.made"])} and ${isNull(events.userId)}`;
  const bulks = db.select({ bulk: sql`${events.detail} ->> 'bulk'` }).from(events).where(and(eq(events.type, "sessions.bulk_ended"), isNull(events.userId), said(["note"])));
  // The ends first: by the event of all of them these are found.
  const kinds = [and(endNoted, not(isBulk), said(["note"])), and(endNoted, inArray(sql`(${events.detail} ->> 'bulk')`, bulks), said(["note"])), and(meant, or(...MENTIONS.map(said)))];
  for (const kind of kinds) {
    const mentions = db.select({ id: events.id }).from(events).where(kind).limit(BATCH).for("update");
    const rest = MENTIONS.reduce((detail, keys) => sql`case when ${said(keys)} then ${detail} #- ${path(keys)} else ${detail} end`, sql`${events.detail}`);
    const done = await db.update(events).set({ detail: rest }).where(sql`${events.id} = any(array(${mentions}))`).returning({ id: events.id });
    if (done.length === BATCH) return true;
  }
  return false;
}

function path(keys: readonly string[]): SQL {
  return sql`${`{${keys.join(",")}}`}::text[]`;
}

function says(keys: readonly string[], { words, addresses }: Names): SQL {
  const text = sql`lower(${events.detail} #>> ${path(keys)})`;
  const last = keys.at(-1);
  if (last === "ip") return sql`coalesce(regexp_replace(${text}, '/(32|128)$', '') in (select jsonb_array_elements_text(${JSON.stringify(addresses)}::jsonb)), false)`;
  const isSaid = (name: string) => (name.length < SHORT ? sql`${text} = ${name}` : sql`position(${name} in ${text}) > 0`);
  const isSearched = (name: string) => sql`(length(${text}) >= ${SHORT} and starts_with(${name}, ${text}))`;
  return sql`coalesce(${or(...words.map((word) => word.toLowerCase()).flatMap((name) => [isSaid(name), ...(last === "q" ? [isSearched(name)] : [])]))}, false)`;
}
