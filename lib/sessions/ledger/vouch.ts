import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { databaseNow, sessions } from "@/db/schema";
import { boundedQueue } from "@/lib/core/bounded-queue";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { isDatabaseDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import type { Credential } from "../credential";
import { type Identity, UNKNOWN } from "../identity";
import { identityOf, judge } from "./judge";
import { type LoadedSession, loadSession } from "./load-session";

/** Requests that PostgreSQL vouches for at once in this process; further ones wait, up to a bound. */
const AT_ONCE = 8;
const WAITING = 400;
/**
 * How long they wait at most: in a line that is too long for all, those whose turn comes have waited for about this long,
 * and need the rest of their time for the statements here and then for their own.
 */
const PATIENCE_MS = 2_000;

/**
 * *Who is this?* while Redis does not answer (DESIGN 6). Only an end and the absolute end make
 * `anonymous`; a passed projection is `unknown`, since Redis may have known of a later use.
 */
export async function vouch(context: Context, credential: Credential, use: boolean): Promise<Identity> {
  const queue = singleton("vouch", () => boundedQueue(AT_ONCE, WAITING));
  try {
    const deadline = Math.min(performance.now() + PATIENCE_MS, context.request.answerBy);
    const identity = await queue(deadline, () => vouchNow(context, credential, use));
    return isFailure(identity) ? UNKNOWN : identity;
  } catch (error) {
    if (!isDatabaseDown(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: PostgreSQL cannot vouch");
    return UNKNOWN;
  }
}

async function vouchNow(context: Context, credential: Credential, use: boolean): Promise<Identity> {
  const row = await loadSession(context, credential);
  const verdict = judge(row);
  if (verdict.is === "over") return verdict.identity;
  if (verdict.is === "past" || !row) return UNKNOWN;
  return use ? vouchBy(context, row) : identityOf(context.settings, row);
}

/** Lets in by the row of an open session that was read just now, when the use has been noted there: Redis hears nothing of it. */
export async function vouchBy(context: Context, row: LoadedSession): Promise<Identity> {
  return (await noteUse(context, row)) ? identityOf(context.settings, row) : UNKNOWN;
}

/**
 * Notes a use that Redis cannot: a bound, and far enough ahead that a busy session writes at most
 * once a minute. False if the session was ended meanwhile.
 */
async function noteUse(context: Context, { session, now }: LoadedSession): Promise<boolean> {
  const ttl = session.ttlSeconds;
  if (session.expiresAt.getTime() >= now.getTime() + ttl * 1000) return true;
  const noted = await context.db
    .update(sessions)
    .set({
      lastSeenAt: databaseNow,
      lastSeenIsBound: true,
      expiresAt: sql`${databaseNow} + make_interval(secs => ${ttl + Math.min(60, ttl / 8)})`,
    })
    .where(and(eq(sessions.id, session.id), isNull(sessions.endedAt), lt(databaseNow, sessions.absoluteExpiresAt)))
    .returning({ id: sessions.id });
  return noted.length > 0;
}
