import { userChannel } from "@/lib/notifications/channel";
import type { RedisClient } from "@/lib/platform/redis/redis";

/** A revoked access token: `expiresAt` is its own end. */
export type RevokedToken = { jti: string; userId: string; expiresAt: Date };

/** Beyond the token's end, for clocks that differ. */
const MARGIN_MS = 5_000;

/** In the slot of all the user's keys, so that one pipeline asks for it with the session. */
export function revokedKey(userId: string, jti: string): string {
  return `revoked:{${userId}}:${jti}`;
}

/** How much longer a revoked token must be remembered, milliseconds. `now`: likewise. */
export function revokedLife({ expiresAt }: Pick<RevokedToken, "expiresAt">, now: number): number {
  return Math.max(1, expiresAt.getTime() + MARGIN_MS - now);
}

/** Remembers a revoked token in a script, and tells its streams, unless it stands there already: then they have been told. */
export const REVOKE = `
local function revoke(key, life, channel, notice)
  if redis.call('SET', key, '1', 'PX', life, 'NX') then redis.call('PUBLISH', channel, notice) end
end`;

/** What a revoked token's streams are told. */
export function revokedNotice({ jti }: Pick<RevokedToken, "jti">): string {
  return JSON.stringify({ type: "token.revoked", tokenId: jti });
}

const PUT = `${REVOKE}
revoke(KEYS[1], ARGV[1], ARGV[2], ARGV[3])`;

/** Tells Redis of revoked tokens, in one pipelined round trip, until they end by themselves. `now`: milliseconds. */
export async function putRevoked(client: RedisClient, revoked: readonly RevokedToken[], now: number): Promise<void> {
  await Promise.all(
    revoked.map((token) =>
      client.eval(PUT, {
        keys: [revokedKey(token.userId, token.jti)],
        arguments: [String(revokedLife(token, now)), userChannel(token.userId), revokedNotice(token)],
      }),
    ),
  );
}
