import { eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { databaseNow, refreshTokens, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { usedFrom } from "./used-from";

/** For so long the token that was just used is answered again with the same successor, whoever asks: lost answers, parallel tabs. */
const GRACE_MS = 10_000;
/** And for so long who asks again from where it was used: their answer was lost in a longer outage (decision 21). */
const RETRY_MS = 600_000;

const successors = alias(refreshTokens, "successors");

export type FoundToken = NonNullable<Awaited<ReturnType<typeof findRefreshToken>>>;

/** The row of a refresh token with its successor and its session, and PostgreSQL's time. Null when it is none of ours. */
export async function findRefreshToken({ db }: Context, token: string) {
  const [row] = await db
    .select({ token: refreshTokens, successor: successors, session: sessions, now: databaseNow })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .leftJoin(successors, eq(successors.hash, refreshTokens.successorHash))
    .where(eq(refreshTokens.hash, sha256(token)));
  return row ?? null;
}

/**
 * What a refresh token is worth to who asks. `fresh`: the last of its line. `again`: the one just used, whose successor
 * nobody has used yet. `reused`: an older one, which only a thief or their victim can have.
 */
export function standing(context: Context, { token, successor, session, now }: FoundToken): "fresh" | "again" | "reused" | "expired" {
  if (token.usedAt === null) return token.expiresAt <= now ? "expired" : "fresh";
  if (successor?.usedAt !== null) return "reused";
  const fromThere = session.endedAt === null && token.usedFrom !== null && token.usedFrom === usedFrom(context);
  return now.getTime() - token.usedAt.getTime() < (fromThere ? RETRY_MS : GRACE_MS) ? "again" : "reused";
}
