import { and, eq, sql } from "drizzle-orm";
import { attempts, databaseNow, type SentCode } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { type AttemptRow, isOpen } from "./attempt-row";

/**
 * Marks the attempt as done and spends the very code that was compared, in the transaction of what it leads to: of
 * parallel last steps one finds it open (promise 7). Gives the guess back. Errors: `attempt_over`.
 */
export async function finishAttempt({ db }: Context, { id }: AttemptRow, code: SentCode): Promise<Failure | void> {
  const rows = await db
    .update(attempts)
    .set({ finishedAt: databaseNow, sealed: null, codes: [], guesses: sql`${attempts.guesses} - 1` })
    .where(and(eq(attempts.id, id), isOpen, sql`${attempts.codes} @> ${JSON.stringify([{ hash: code.hash }])}::jsonb and ${code.expiresAt}::timestamptz > clock_timestamp()`))
    .returning({ id: attempts.id });
  if (rows.length === 0) return fail("attempt_over");
}
