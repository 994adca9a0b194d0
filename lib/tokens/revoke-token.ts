import { eq } from "drizzle-orm";
import { revokedTokens, sessions } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isRedisDown } from "@/lib/core/outage";
import { publish } from "@/lib/notifications/publish";
import { endSession } from "@/lib/sessions/end-session";
import { putRevoked } from "@/lib/sessions/store/revoked-key";
import { findRefreshToken } from "./find-refresh-token";
import { isRefreshToken } from "./refresh-token";
import { verifyAccessToken } from "./verify-access-token";

/**
 * Makes a token worthless (RFC 7009): an access token alone, by its id; with a refresh token its whole session. What is no
 * token of ours, or was none any more, needs nothing. Once it resolves without a failure the token is never
 * accepted again. Errors: `unavailable` (written down, not acknowledged by Redis yet).
 */
export async function revokeToken(context: Context, token: string): Promise<Failure | void> {
  return isRefreshToken(token) ? revokeLine(context, token) : revokeAccessToken(context, token);
}

async function revokeLine(context: Context, token: string): Promise<Failure | void> {
  const found = await findRefreshToken(context, token);
  if (!found) return;
  const { id, userId } = found.session;
  const owner: UserContext = { ...context, actor: { kind: "user", userId, sessionId: id } };
  const ended = await endSession(owner, id, "signed_out");
  if (isFailure(ended)) return ended;
}

async function revokeAccessToken(context: Context, token: string): Promise<Failure | void> {
  const access = await verifyAccessToken(context, token);
  if (!access) return;
  const { jti, u: userId, s: sessionId } = access;
  const revoked = { jti, userId, expiresAt: new Date(access.expiresAt) };
  const known = await context.db.transaction(async (db) => {
    // Locked as an end locks it: an admission comes before, and Redis is told below, or after, and takes this along.
    const [session] = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sessionId)).for("no key update");
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
  await publish(context, userId, { type: "token.revoked", tokenId: jti });
}
