import type { RedisClient } from "@/lib/platform/redis/redis";

const REPLACE = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 600)
return 1`;

/** Writes the rebuilt views if nobody has changed or dropped them since `before` was read: old rows cannot come back. */
export async function replaceCachedUser(client: RedisClient, key: string, before: string | null, views: string): Promise<void> {
  await client.eval(REPLACE, { keys: [key], arguments: [before ?? "", views] });
}
