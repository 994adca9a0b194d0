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

/** Tells Redis of revoked tokens, in one pipelined round trip, until they end by themselves. */
export async function putRevoked(client: RedisClient, revoked: readonly RevokedToken[], now: number): Promise<void> {
  await Promise.all(
    revoked.map((token) => client.set(revokedKey(token.userId, token.jti), "1", { expiration: { type: "PX", value: revokedLife(token, now) } })),
  );
}
