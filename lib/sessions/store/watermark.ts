import type { RedisClient } from "@/lib/platform/redis/redis";

/**
 * The watermark lies in Redis, so an old snapshot carries an old one: all that ended before it
 * (milliseconds of PostgreSQL's clock) has its tombstone in this Redis.
 */
export const WATERMARK_KEY = "latchkey:watermark";

const MOVE = `
local current = redis.call('GET', KEYS[1])
if (current or '') == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2])
  return 'moved'
end
if current and (ARGV[1] == '' or tonumber(current) > tonumber(ARGV[1])) then
  redis.call('SET', KEYS[1], current)
  return 'newer'
end
return 'lost'`;

/**
 * Moves the watermark by compare-and-set. `newer`: another process' replay has moved it meanwhile.
 * `lost`: what was there is gone or older; the replay starts again, as after a loss.
 * Writes in both good cases, which is the write that trust asks for.
 */
export async function moveWatermark(client: RedisClient, from: number | null, to: number): Promise<"moved" | "newer" | "lost"> {
  const answer = await client.eval(MOVE, { keys: [WATERMARK_KEY], arguments: [from === null ? "" : String(from), String(to)] });
  return answer as "moved" | "newer" | "lost";
}
