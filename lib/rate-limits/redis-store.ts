import type { Redis } from "@/lib/platform/redis/redis";
import { LEASE_MS, type Limit, type LimitStore } from "./limit";

/**
 * Each limit is a sorted set of attempts by the time they lapse: one under way after the lease, one
 * that counts after the limit's seconds. All in one hash slot, so that a script may touch several.
 */
export function limitRedisKey({ key }: Pick<Limit, "key">): string {
  return `limit:{limits}:${key}`;
}

const NOW = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`;

const RESERVE = `${NOW}
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZCARD', key) >= tonumber(ARGV[2 * i + 1]) then
    return { i, redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2] - now }
  end
end
local counted = { 0, 0 }
for i, key in ipairs(KEYS) do
  counted[i + 2] = redis.call('ZCOUNT', key, '(' .. (now + ARGV[2]), '+inf')
  redis.call('ZADD', key, now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2 * i + 2] * 1000)
end
return counted`;

const COUNTED = `${NOW}
local counted = {}
for i, key in ipairs(KEYS) do counted[i] = redis.call('ZCOUNT', key, '(' .. (now + ARGV[2]), '+inf') end
return counted`;

const COUNTS = `${NOW}
for i, key in ipairs(KEYS) do
  redis.call('ZADD', key, now + ARGV[2 * i + 2] * 1000, ARGV[1])
  redis.call('PEXPIRE', key, ARGV[2 * i + 2] * 1000)
end
return 1`;

const FORGIVEN = `for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end
return 1`;

/** Limits that all processes share, exact under any concurrency: each step is one script. */
export function redisStore(redis: Redis): LimitStore {
  function run(script: string, limits: readonly Limit[], id: string) {
    const keys = limits.map(limitRedisKey);
    const numbers = limits.flatMap((limit) => [String(limit.points), String(limit.seconds)]);
    return redis.ask((client) => client.eval(script, { keys, arguments: [id, String(LEASE_MS), ...numbers] }));
  }
  return {
    async reserve(limits, id) {
      const [blocking, freeInMs, ...counted] = (await run(RESERVE, limits, id)) as [number, number, ...number[]];
      return blocking === 0 ? { granted: true, counted } : { granted: false, blocking: blocking - 1, freeInMs };
    },
    async count(limits) {
      return (await run(COUNTED, limits, "")) as number[];
    },
    async settle(limits, id, counts) {
      await run(counts ? COUNTS : FORGIVEN, limits, id);
    },
  };
}
