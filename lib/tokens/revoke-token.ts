import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { endSession } from "@/lib/sessions/end-session";
import { revokeCredential } from "@/lib/sessions/revoke-credential";
import { findRefreshToken } from "./find-refresh-token";
import { isRefreshToken } from "./refresh-token";
import { verifyAccessToken } from "./verify-access-token";

/**
 * Makes a token worthless (RFC 7009): an access token alone, by its id; with a refresh token its whole session. What is no
 * token of ours, or was none any more, needs nothing. Once it resolves without a failure the token is never
 * accepted again. Errors: `unavailable` (written down, not acknowledged by Redis yet).
 */
export async function revokeToken(context: Context, token: string): Promise<Failure | void> {
  if (isRefreshToken(token)) return revokeLine(context, token);
  const access = await verifyAccessToken(context, token);
  if (access) return revokeCredential(context, access);
}

async function revokeLine(context: Context, token: string): Promise<Failure | void> {
  const found = await findRefreshToken(context, token);
  if (!found) return;
  const { id, userId } = found.session;
  const owner: UserContext = { ...context, actor: { kind: "user", userId, sessionId: id } };
  const ended = await endSession(owner, id, "signed_out");
  if (isFailure(ended)) return ended;
}
