import { sql } from "drizzle-orm";
import { refreshTokens } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { newRefreshToken } from "./refresh-token";
import type { TokenSession } from "./sign-access-token";

/** When the session's next refresh token expires: after its idle time, never past its absolute end. */
export function refreshExpiry({ ttlSeconds, absoluteExpiresAt }: TokenSession) {
  return sql<Date>`least(clock_timestamp() + make_interval(secs => ${ttlSeconds}), ${absoluteExpiresAt.toISOString()}::timestamptz)`;
}

/** Writes the first refresh token of a session that is just being begun, in its transaction. Returns the token. */
export async function startLine(tx: Context, session: TokenSession): Promise<string> {
  const token = newRefreshToken();
  await tx.db.insert(refreshTokens).values({ hash: sha256(token), sessionId: session.id, expiresAt: refreshExpiry(session) });
  return token;
}
