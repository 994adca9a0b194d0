import { and, eq, isNull, ne } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import { addresses, sessions } from "@/db/schema";
import { noteAddress } from "@/lib/addresses/note-address";
import type { Context } from "@/lib/core/context";
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

/**
 * The one write on a request's way (DESIGN 4): the session came from another address than its last. Notes the
 * address, the event, and gives row and record the new one (a record that nobody has read follows with a later
 * request). Returns it, or null when it was noted less than a minute ago or could not be: the request goes on either way.
 */
export async function noteMove(context: Context, credential: Credential, record: SessionRecord | null): Promise<Session["ip"] | null> {
  const recent = singleton("moves", () => new LRUCache<string, true>({ max: 10_000, ttl: AT_MOST_EVERY_MS }));
  if (recent.has(credential.s)) return null;
  recent.set(credential.s, true);
  try {
    const moved = await context.db.transaction((db) => move({ ...context, db }, credential));
    if (!moved) return null;
    if (record) await context.redis.ask((client) => moveRecord(client, credential.s, record, moved.id));
    await dropCachedUser(context, credential.u);
    return { address: moved.address, country: moved.country, city: moved.city };
  } catch (error) {
    if (!isOutage(error)) throw error;
    context.log.warn({ cause: String(error) }, "sessions: new address not noted");
    return null;
  }
}

async function move(tx: Context, { u: userId, s: sessionId }: Credential): Promise<typeof addresses.$inferSelect | null> {
  const owner: Context = { ...tx, actor: { kind: "user", userId, sessionId } };
  const [before] = await tx.db
    .select({ address: addresses.address, deviceId: sessions.deviceId })
    .from(sessions)
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
    .for("no key update", { of: sessions });
  const address = await noteAddress(owner, userId);
  const [session] = await tx.db
    .update(sessions)
    .set({ addressId: address.id })
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.endedAt), ne(sessions.addressId, address.id)))
    .returning({ id: sessions.id });
  if (!before || !session) return null;
  await recordEvents(owner, [
    { userId, type: "session.address_changed", sessionId, deviceId: before.deviceId, detail: { from: before.address } },
  ]);
  return address;
}
