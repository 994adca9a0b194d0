import type { Redis } from "@/lib/platform/redis/redis";
import { cachedUserKey } from "@/lib/users/cached-user";
import { type Credential, revocableId } from "../credential";
import { revokedKey } from "./revoked-key";
import { isTombstone, parseEntry, type SessionEntry, sessionKey, TOMBSTONE_SECONDS } from "./session-entry";
import { hasWatermark } from "./watermark";

export type UsedSession = {
  /** What stands under the session's key; null is a miss that this Redis vouches for (its watermark is there). */
  entry: SessionEntry | null;
  /** The cached views of the user, as they stand there. */
  cachedUser: string | null;
  /** The access token was revoked alone. */
  revoked: boolean;
};

/**
 * Validates and slides in one round trip (two pipelined commands, three for an access token). Without `use` (a prefetch, the event
 * stream) nothing slides. Only a miss or a tombstone costs a second trip. Rejects with RedisDown.
 */
export async function useSession(redis: Redis, credential: Credential, use: boolean): Promise<UsedSession> {
  const key = sessionKey(credential.u, credential.s);
  const jti = revocableId(credential);
  return redis.ask(async (client, connection) => {
    const [found, cachedUser, mark] = await Promise.all([
      use ? client.getEx(key, { type: "EX", value: credential.t }) : client.get(key),
      client.get(cachedUserKey(credential.u)),
      jti === null ? null : client.get(revokedKey(credential.u, jti)),
    ]);
    const revoked = mark !== null;
    if (found === null) {
      // A Redis that was emptied under an open connection has no watermark: it vouches for nothing.
      if (!(await hasWatermark(client, connection, [key]))) throw new Error("the watermark is missing");
      return { entry: null, cachedUser, revoked };
    }
    const entry = parseEntry(found);
    if (isTombstone(entry) && use) await client.expire(key, TOMBSTONE_SECONDS);
    return { entry, cachedUser, revoked };
  });
}
