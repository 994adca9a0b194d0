import type { RedisClient } from "@/lib/platform/redis/redis";

const TIME = `
local time = redis.call('TIME')
return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** The time of the Redis that holds `key`, milliseconds. By a script, as a cluster sends those where the key is. */
export async function redisTime(client: RedisClient, key: string): Promise<number> {
  return Number(await client.eval(TIME, { keys: [key], arguments: [] }));
}
