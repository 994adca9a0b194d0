import { sql } from "drizzle-orm";
import { spentChallenges } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import { CHALLENGE_MINUTES } from "./passkey-challenge";

/**
 * Uses a challenge up, in the transaction of what its answer leads to: of two that answer it at once one waits for the
 * other, and is told no (promise 7). `minutes`: for how long at the most it could be answered.
 */
export async function spendChallenge({ db }: Context, challenge: string, minutes = CHALLENGE_MINUTES): Promise<boolean> {
  const spent = await db
    .insert(spentChallenges)
    .values({ hash: sha256(challenge), expiresAt: sql`clock_timestamp() + make_interval(mins => ${minutes})` })
    .onConflictDoNothing()
    .returning({ hash: spentChallenges.hash });
  return spent.length > 0;
}
