import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTurn } from "@/lib/core/in-turn";
import { inTransaction } from "@/lib/core/transaction";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Session } from "@/lib/sessions/schema";
import { advanceLine } from "./advance-line";
import { endReused } from "./end-reused";
import { findRefreshToken, standing } from "./find-refresh-token";
import { issueTokens } from "./issue-tokens";
import { isRefreshToken } from "./refresh-token";
import type { Tokens } from "./schema";

/**
 * Exchanges a refresh token for its successor and a fresh access token; a use of the session like any other. However many
 * ask at once, and whoever asks again within 10 s (from the same device and network: 10 minutes), is answered the same
 * successor while nobody has used that: one line, never a fork. An older token ends the session. Errors: `token_reused`, `unauthenticated`, `unavailable`.
 */
export async function refreshSession(context: Context, token: string): Promise<{ session: Session; tokens: Tokens } | Failure> {
  if (!isRefreshToken(token)) return fail("unauthenticated");
  return inTurn(`refresh ${sha256(token)}`, () => refresh(context, token));
}

async function refresh(context: Context, token: string): Promise<{ session: Session; tokens: Tokens } | Failure> {
  const found = await findRefreshToken(context, token);
  if (!found) return fail("unauthenticated");
  const worth = standing(context, found);
  if (worth === "expired") return fail("unauthenticated");
  if (worth === "reused") return endReused(context, token, found);
  const { userId: u, id: s, ttlSeconds: t } = found.session;
  const identity = await authenticate(context, { u, s, t, jti: null }, { use: true });
  if (identity.state === "unknown") return fail("unavailable");
  if (identity.state === "anonymous") return fail("unauthenticated", identity.ended ? { detail: `This session has ended: ${identity.ended.reason}.` } : {});
  const step = await inTransaction(context, (tx) => advanceLine(tx, s, token));
  if (isFailure(step)) return step.failure === "token_reused" ? endReused(context, token, found) : step;
  return { session: identity.session, tokens: await issueTokens(context, step.session, step.successor, step.life) };
}
