import calculateSlot from "cluster-key-slot";
import type { Connection, RedisClient } from "@/lib/platform/redis/redis";

/**
 * The watermark lies in Redis, so an old snapshot carries an old one: all that ended before it
 * (milliseconds of PostgreSQL's clock) has its tombstone in this Redis. In a cluster each master can lose its
 * memory alone: there, 64 of them are spread over the slots, so that each master has its own.
 */
export type Mark = { name: string; key: string };

const SINGLE: readonly Mark[] = [{ name: "0", key: "latchkey:watermark" }];
const SPREAD = 64;
const SLOTS_A_MARK = 16_384 / SPREAD;

let spread: Mark[] | undefined;

/** For each 64th of the slots the first number whose key falls there. */
function spreadMarks(): readonly Mark[] {
  if (spread) return spread;
  const found = new Map<number, Mark>();
  for (let tag = 0; found.size < SPREAD; tag++) {
    const key = `latchkey:watermark:{${tag}}`;
    const part = Math.floor(calculateSlot(key) / SLOTS_A_MARK);
    if (!found.has(part)) found.set(part, { name: String(part), key });
  }
  spread = [...found.values()];
  return spread;
}

/** All watermarks of what is connected. */
export function marksOf(connection: Connection): readonly Mark[] {
  return connection.isCluster ? spreadMarks() : SINGLE;
}

/**
 * Whether every master that holds one of `keys` has a watermark. Send it behind the commands whose answers
 * are to count: a Redis that was emptied under an open connection vouches for nothing.
 */
export async function hasWatermark(client: RedisClient, connection: Connection, keys: readonly string[]): Promise<boolean> {
  const masters = new Set(keys.map((key) => connection.masterOf(key)));
  const marks = [...masters].map((master) => marksOf(connection).find(({ key }) => connection.masterOf(key) === master));
  const values = await Promise.all(marks.map(async (mark) => (mark ? client.get(mark.key) : null)));
  return !values.includes(null);
}

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
 * Moves a watermark by compare-and-set. `newer`: another process' replay has moved it meanwhile.
 * `lost`: what was there is gone or older; the replay starts again, as after a loss.
 * Writes in both good cases, which is the write that trust asks for.
 */
export async function moveWatermark(client: RedisClient, { key }: Mark, from: number | null, to: number): Promise<"moved" | "newer" | "lost"> {
  const answer = await client.eval(MOVE, { keys: [key], arguments: [from === null ? "" : String(from), String(to)] });
  return answer as "moved" | "newer" | "lost";
}
