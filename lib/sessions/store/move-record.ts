import type { RedisClient } from "@/lib/platform/redis/redis";
import { sessionKey, type SessionRecord } from "./session-entry";

const MOVE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1`;

/** Gives a record another address, if it still stands as it was read: a plain SET could overwrite a tombstone. */
export async function moveRecord(client: RedisClient, sessionId: string, from: SessionRecord, ipId: string): Promise<void> {
  await client.eval(MOVE, {
    keys: [sessionKey(from.userId, sessionId)],
    arguments: [JSON.stringify(from), JSON.stringify({ ...from, ipId })],
  });
}
