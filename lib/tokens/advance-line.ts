import { eq } from "drizzle-orm";
import { databaseNow, refreshTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { type Failure, fail } from "@/lib/core/errors";
import { type FoundToken, findRefreshToken, standing } from "./find-refresh-token";
import { successorOf } from "./refresh-token";
import { refreshExpiry } from "./start-line";
import { usedFrom } from "./used-from";

/** `life`: what is left of the successor, milliseconds. */
export type Advanced = { session: FoundToken["session"]; successor: string; life: number };

/**
 * The one step of a line of refresh tokens, in the caller's transaction: marks the token used and writes its successor,
 * or finds the one that it was given before. The session's lock makes parallel steps one after the other, and lets no
 * end slip in between. Errors: `token_reused` (the caller ends the session), `unauthenticated`, `unavailable` (the
 * successor was derived by an instance whose key this one does not have).
 */
export async function advanceLine(tx: Context, sessionId: string, token: string): Promise<Advanced | Failure> {
  await tx.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, sessionId)).for("no key update");
  const found = await findRefreshToken(tx, token);
  if (!found || found.session.endedAt) return fail("unauthenticated");
  const worth = standing(tx, found);
  if (worth === "reused") return fail("token_reused");
  if (worth === "expired") return fail("unauthenticated");
  const { session, now } = found;
  const keyId = worth === "fresh" ? tx.settings.SESSION_SECRETS[0]?.id : found.token.successorKeyId;
  const successor = keyId === null || keyId === undefined ? null : successorOf(tx.settings, keyId, token);
  if (successor === null) return fail("unavailable");
  if (worth === "again") return { session, successor, life: (found.successor?.expiresAt.getTime() ?? 0) - now.getTime() };

  const hash = sha256(successor);
  const [row] = await tx.db.insert(refreshTokens).values({ hash, sessionId, expiresAt: refreshExpiry(session) }).returning();
  await tx.db.update(refreshTokens).set({ usedAt: databaseNow, usedFrom: usedFrom(tx), successorKeyId: keyId, successorHash: hash }).where(eq(refreshTokens.hash, found.token.hash));
  if (!row) throw new Error("a token that was just written cannot be read");
  return { session, successor, life: row.expiresAt.getTime() - row.createdAt.getTime() };
}
