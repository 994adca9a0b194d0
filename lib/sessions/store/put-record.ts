import { userChannel } from "@/lib/notifications/channel";
import type { RedisClient } from "@/lib/platform/redis/redis";
import { REVOKE, revokedKey, revokedLife, revokedNotice, type RevokedToken } from "./revoked-key";
import { parseEntry, type SessionEntry, sessionKey, type SessionRecord } from "./session-entry";

const PUT = `${REVOKE}
local standing = redis.call('GET', KEYS[1])
if standing then return standing end
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 > tonumber(ARGV[3]) then return 'late' end
for i = 2, #KEYS do revoke(KEYS[i], ARGV[2 * i + 1], ARGV[4], ARGV[2 * i + 2]) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 'put'`;

/**
 * Sets the record, and with it the session's revoked tokens, if nothing stands there and Redis' clock is not past
 * `deadline` (milliseconds): a command that was held up until its transaction is over does nothing. Returns what stood there, if anything.
 */
export async function putRecord(
  client: RedisClient,
  sessionId: string,
  record: SessionRecord,
  { deadline, revoked }: { deadline: number; revoked: readonly RevokedToken[] },
): Promise<"put" | "late" | SessionEntry> {
  const answer = String(
    await client.eval(PUT, {
      keys: [sessionKey(record.userId, sessionId), ...revoked.map(({ userId, jti }) => revokedKey(userId, jti))],
      arguments: [
        JSON.stringify(record),
        String(record.ttl),
        String(deadline),
        userChannel(record.userId),
        ...revoked.flatMap((token) => [String(revokedLife(token, deadline)), revokedNotice(token)]),
      ],
    }),
  );
  return answer === "put" || answer === "late" ? answer : parseEntry(answer);
}
