import { and, asc, eq, inArray } from "drizzle-orm";
import { addresses, devices, revokedTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { revokedKey } from "./store/revoked-key";
import { asideKey, sessionKey } from "./store/session-entry";

/** Each takes its tokens with it. */
const SESSIONS = 50;
const PLACES = 500;

/**
 * Forgets sessions of an account that is being erased, all of which have ended: first what Redis has of them, then the rows. A
 * record that an older Redis should bring back opens nothing without its account, and goes with its own time. A batch a
 * call; whether there may be more. Rejects without a trusted Redis.
 */
export async function eraseSessions({ db, redis }: Context, userId: string): Promise<boolean> {
  const rows = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId)).orderBy(asc(sessions.id)).limit(SESSIONS);
  if (rows.length === 0) return false;
  const ids = rows.map(({ id }) => id);
  const revoked = await db.select({ jti: revokedTokens.jti }).from(revokedTokens).where(inArray(revokedTokens.sessionId, ids));
  // All of one account: in a cluster they are in one slot.
  const keys = [...ids.flatMap((id) => [sessionKey(userId, id), asideKey(userId, id)]), ...revoked.map(({ jti }) => revokedKey(userId, jti))];
  await redis.ask((client) => client.del(keys));
  await db.delete(sessions).where(and(eq(sessions.userId, userId), inArray(sessions.id, ids)));
  return rows.length === SESSIONS;
}

/** The same of the devices and addresses, of which no session tells any more. */
export async function erasePlaces({ db }: Context, userId: string): Promise<boolean> {
  let more = false;
  for (const table of [devices, addresses] as const) {
    const some = await db.select({ id: table.id }).from(table).where(eq(table.userId, userId)).limit(PLACES);
    await db.delete(table).where(and(eq(table.userId, userId), inArray(table.id, some.map(({ id }) => id))));
    more ||= some.length === PLACES;
  }
  return more;
}
