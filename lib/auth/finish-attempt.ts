import { and, eq, sql } from "drizzle-orm";
import { attempts, databaseNow } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { type AttemptRow, isOpen } from "./attempt-row";
import type { RightProof } from "./right-proof";

/**
 * Marks the attempt as done and spends the very proof that was compared, in the transaction of what it leads to: of
 * parallel last steps one finds it open (promise 7). Gives the attempt's guess back. Errors: `attempt_over`, and those of spending.
 */
export async function finishAttempt(tx: Context, { id }: AttemptRow, { way, attemptStill, spend }: RightProof): Promise<Failure | void> {
  const rows = await tx.db
    .update(attempts)
    .set({ finishedAt: databaseNow, sealed: null, codes: [], proven: sql`array_append(${attempts.proven}, ${way})`, guesses: sql`greatest(${attempts.guesses} - 1, 0)` })
    .where(and(eq(attempts.id, id), isOpen, attemptStill))
    .returning({ id: attempts.id });
  if (rows.length === 0) return fail("attempt_over");
  return spend?.(tx);
}
