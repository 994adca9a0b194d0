import type { RedisClient } from "@/lib/platform/redis/redis";
import { sessionKey } from "./session-entry";
import { WATERMARK_KEY } from "./watermark";

/**
 * How long each session's key still lives, in milliseconds, in one pipelined round trip; null where
 * nothing stands. The watermark is read after them on the same connection: without it nothing of this counts.
 */
export async function remainingLife(
  client: RedisClient,
  sessions: readonly { id: string; userId: string }[],
): Promise<(number | null)[]> {
  const [left, watermark] = await Promise.all([
    Promise.all(sessions.map((session) => client.pTTL(sessionKey(session.userId, session.id)))),
    client.get(WATERMARK_KEY),
  ]);
  if (watermark === null) throw new Error("the watermark is missing");
  return left.map((life) => (life < 0 ? null : life));
}
