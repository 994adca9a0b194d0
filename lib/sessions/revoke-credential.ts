import { and, eq } from "drizzle-orm";
import { revokedTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isRedisDown } from "@/lib/core/outage";
import type { TokenCredential } from "./credential";
import { putRevoked } from "./store/revoked-key";

/**
 * Makes one access token of a session worthless, and closes the streams that it opened; its session goes on. Once it
 * resolves without a failure the token is never accepted again. Errors: `unavailable` (written down, not acknowledged by
 * Redis yet).
 */
export async function revokeCredential(context: Context, { u: userId, s: sessionId, jti, expiresAt }: TokenCredential & { jti: string; expiresAt: number }): Promise<Failure | void> {
  const revoked = { jti, userId, expiresAt: new Date(expiresAt) };
  const known = await context.db.transaction(async (db) => {
    // Locked as an end locks it: an admission comes before, and Redis is told below, or after, and takes this along.
    const [session] = await db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId))).for("no key update");
    if (session) await db.insert(revokedTokens).values({ ...revoked, sessionId }).onConflictDoNothing();
    return session !== undefined;
  });
  if (!known) return;
  try {
    await context.redis.ask((client) => putRevoked(client, [revoked], context.clock.now()));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return fail("unavailable", { retryAfter: 2, detail: "The token is revoked and will be shut out within seconds. Try again to be sure." });
  }
}
