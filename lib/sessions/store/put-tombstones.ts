import type { Connection, RedisClient } from "@/lib/platform/redis/redis";
import { userChannel } from "@/lib/notifications/channel";
import type { EndReason } from "../schema";
import { asideKey, isTombstone, parseEntry, sessionKey, TOMBSTONE_SECONDS, type Tombstone } from "./session-entry";
import { hasWatermark } from "./watermark";

/**
 * A record becomes a tombstone that carries its last use; a tombstone is renewed; where nothing stands,
 * one is put. When memory is refused, a record is set aside under another name with what is left of its life (which
 * takes none), the next try finds it there, and the error is passed on. Everyone who listens hears of it when it is put.
 */
const PUT = `
local standing = redis.call('GET', KEYS[1])
if standing and string.sub(standing, 1, 9) == '{"ended":' then
  redis.call('EXPIRE', KEYS[1], ARGV[5])
  return standing
end
local seen = 'null'
local left = redis.call('PTTL', standing and KEYS[1] or KEYS[2])
if left >= 0 then
  local ttl = tonumber(ARGV[4])
  seen = string.format('%.0f', tonumber(ARGV[3]) + math.min(left, ttl) - ttl)
end
local tombstone = '{"ended":"' .. ARGV[1] .. '","at":' .. ARGV[2] .. ',"lastSeen":' .. seen .. '}'
local answer = redis.pcall('SET', KEYS[1], tombstone, 'EX', ARGV[5])
if type(answer) == 'table' and answer.err then
  if standing then redis.call('RENAME', KEYS[1], KEYS[2]) end
  return answer
end
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return tombstone`;

export type EndedSession = { id: string; userId: string; ttlSeconds: number; endedAt: Date; endReason: EndReason; now: Date };

/** `remembers`: false if this Redis has no watermark, so that what it does not know of a session proves nothing. */
export type PutTombstones = { tombstones: Tombstone[]; remembers: boolean };

/**
 * Puts the tombstone of each session, in one pipelined round trip, and returns them in order.
 * `now` is PostgreSQL's time, on which last uses are reckoned. The watermark is read after them.
 */
export async function putTombstones(client: RedisClient, connection: Connection, ended: readonly EndedSession[]): Promise<PutTombstones> {
  const keys = ended.map((session) => sessionKey(session.userId, session.id));
  const [answers, remembers] = await Promise.all([
    Promise.all(
      ended.map((session, index) =>
        client.eval(PUT, {
          keys: [keys[index] as string, asideKey(session.userId, session.id)],
          arguments: [
            session.endReason,
            String(session.endedAt.getTime()),
            String(session.now.getTime()),
            String(session.ttlSeconds * 1000),
            String(TOMBSTONE_SECONDS),
            userChannel(session.userId),
            JSON.stringify({ type: "session.ended", sessionId: session.id, reason: session.endReason }),
          ],
        }),
      ),
    ),
    hasWatermark(client, connection, keys),
  ]);
  const tombstones = answers.map((answer) => {
    const entry = parseEntry(String(answer));
    if (!isTombstone(entry)) throw new Error("a record stands where a tombstone was put");
    return entry;
  });
  return { tombstones, remembers };
}
