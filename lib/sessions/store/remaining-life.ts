import type { Connection, RedisClient } from "@/lib/platform/redis/redis";
import { sessionKey } from "./session-entry";
import { hasWatermark } from "./watermark";

/**
 * How long each session's key still lives, in milliseconds, in one pipelined round trip; null where
 * nothing stands. The watermark is read after them on the same connection: without it nothing of this counts.
 */
export async function remainingLife(
  client: RedisClient,
  connection: Connection,
  sessions: readonly { id: string; userId: string }[],
): Promise<(number | null)[]> {
  const keys = sessions.map((session) => sessionKey(session.userId, session.id));
  const [left, stands] = await Promise.all([Promise.all(keys.map((key) => client.pTTL(key))), hasWatermark(client, connection, keys)]);
  if (!stands) throw new Error("the watermark is missing");
  return left.map((life) => (life < 0 ? null : life));
}
