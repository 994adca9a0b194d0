import { and, eq, isNull } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import { addresses, sessions } from "@/db/schema";
import { noteAddress } from "@/lib/addresses/note-address";
import type { Context } from "@/lib/core/context";
import { databaseIsUp } from "@/lib/core/database-health";
import { isOutage } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import { recordEvents } from "@/lib/events/record-events";
import { dropCachedUser } from "@/lib/users/cached-user";
import type { Credential } from "./credential";
import type { Session } from "./schema";
import { moveRecord } from "./store/move-record";
import type { SessionRecord } from "./store/session-entry";

/** A session that comes from another address is noted at most once a minute. */
const AT_MOST_EVERY_MS = 60_000;

/** A move noted a moment ago. `left`: the address that the row has and the record does not yet. */
type Noted = { left: string | null };

/**
 * The one write on a request's way (DESIGN 4): the session came from another address than its last. Notes the
 * address, the event, and gives row and record the new one (a record that nobody has read, or that could not be written,
 * follows with the next request from there). Returns it, or null when it was noted less than a minute ago or could not
 * be: the request goes on either way.
 */
export async function noteMove(context: Context, credential: Credential, record: SessionRecord | null): Promise<Session["ip"] | null> {
  const recent = singleton("moves", () => new LRUCache<string, Noted>({ max: 10_000, ttl: AT_MOST_EVERY_MS }));
  const { address: here } = context.request;
  const noted = recent.get(credential.s);
  if (noted && (record === null || noted.left !== here)) return null;
  // It would be tried with every request, each of which waits for it.
  if (!databaseIsUp()) return null;
  const underway: Noted = { left: null };
  recent.set(credential.s, underway);
  try {
    const moved = await context.db.transaction((db) => move({ ...context, db }, credential));
    if (!moved) return null;
    const { id, address, country, city } = moved.to;
    recent.set(credential.s, { left: here });
    if (record) {
      await context.redis.ask((client) => moveRecord(client, credential.s, record, id));
      recent.set(credential.s, { left: null });
    }
    if (moved.now) await dropCachedUser(context, credential.u);
    return { address, country, city };
  } catch (error) {
    if (!isOutage(error)) throw error;
    // Or somebody who comes but once more within the minute would not be seen.
    if (recent.get(credential.s) === underway) recent.delete(credential.s);
    context.log.warn({ cause: String(error) }, "sessions: new address not noted");
    return null;
  }
}

/** Where the session's row says that it is from here on, and whether it does so by `now`. Null when it has ended. */
async function move(tx: Context, { u: userId, s: sessionId }: Credential): Promise<{ to: typeof addresses.$inferSelect; now: boolean } | null> {
  const owner: Context = { ...tx, actor: { kind: "user", userId, sessionId } };
  const [before] = await tx.db
    .select({ id: addresses.id, address: addresses.address, deviceId: sessions.deviceId })
    .from(sessions)
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.endedAt)))
    .for("no key update", { of: sessions });
  if (!before) return null;
  const to = await noteAddress(owner, userId);
  // The record stayed behind: Redis was away, or the session had been admitted just before.
  if (to.id === before.id) return { to, now: false };
  await tx.db.update(sessions).set({ addressId: to.id }).where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)));
  await recordEvents(owner, [
    { userId, type: "session.address_changed", sessionId, deviceId: before.deviceId, detail: { from: before.address } },
  ]);
  return { to, now: true };
}
