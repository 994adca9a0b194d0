import type { RedisClient } from "@/lib/platform/redis/redis";
import { parseEntry, type SessionEntry, sessionKey, type SessionRecord } from "./session-entry";

const PUT = `
local standing = redis.call('GET', KEYS[1])
if standing then return standing end
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 > tonumber(ARGV[3]) then return 'late' end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 'put'`;

/**
 * Sets the record if nothing stands there and Redis' clock is not past `deadline` (milliseconds):
 * a command that was held up until its transaction is over does nothing. Returns what stood there, if anything.
 */
export async function putRecord(
  client: RedisClient,
  sessionId: string,
  record: SessionRecord,
  deadline: number,
): Promise<"put" | "late" | SessionEntry> {
  const answer = String(
    await client.eval(PUT, {
      keys: [sessionKey(record.userId, sessionId)],
      arguments: [JSON.stringify(record), String(record.ttl), String(deadline)],
    }),
  );
  return answer === "put" || answer === "late" ? answer : parseEntry(answer);
}
