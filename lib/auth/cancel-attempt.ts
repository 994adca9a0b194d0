import { and, eq } from "drizzle-orm";
import { attempts, databaseNow } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { publishAttempt } from "@/lib/notifications/publish";
import { type AttemptCredential, isOpen, readAttempt } from "./attempt-row";

/** Gives an attempt up: nothing of it works any more. Errors: `attempt_over`. */
export async function cancelAttempt(context: Context, credential: AttemptCredential | null): Promise<Failure | void> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  const rows = await context.db.update(attempts).set({ revokedAt: databaseNow, sealed: null, codes: [] }).where(and(eq(attempts.id, attempt.id), isOpen)).returning({ id: attempts.id });
  if (rows.length === 0) return fail("attempt_over");
  await publishAttempt(context, attempt.id);
}
