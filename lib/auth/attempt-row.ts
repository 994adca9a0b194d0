import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { attempts, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import { type Failure, fail } from "@/lib/core/errors";

export type AttemptRow = typeof attempts.$inferSelect;

/** One that somebody can hold: a step-up by a code is its session's, and nobody's attempt. */
export type HeldAttempt = AttemptRow & { kind: Exclude<AttemptRow["kind"], "step_up"> };

/** What the attempt's holder has: its id, and a secret of which the row keeps the hash. */
export type AttemptCredential = { a: string; k: string };

/** Guesses at codes that an attempt has in all. */
export const MOST_GUESSES = 5;

/** Neither finished nor given up nor too old. A condition on rows of `attempts`. */
export const isOpen = and(isNull(attempts.finishedAt), isNull(attempts.revokedAt), gt(attempts.expiresAt, statementTime));

/**
 * Nothing that opens its account, or is asked of it, was changed since it began (ACCOUNTS 2): what is asked here would be refused at the
 * end. A condition on rows of `attempts`; of one that has no account nothing changes.
 */
export const isOfNow = sql`(${attempts.userId} is null or ${attempts.ways} = (select ${users.ways} from ${users} where ${users.id} = ${attempts.userId}))`;

/** The open attempt that the credential is for. Errors: `attempt_over`, whatever is wrong with it. */
export async function readAttempt({ db }: Context, credential: AttemptCredential | null): Promise<HeldAttempt | Failure> {
  if (!credential) return fail("attempt_over");
  const [row] = await db.select().from(attempts).where(and(eq(attempts.id, credential.a), isOpen, isOfNow));
  return row && isHeldBy(row, credential) ? row : fail("attempt_over");
}

/** What became of an attempt that is over, for its holder. Null: it is not known, or is nobody's that this credential is for. */
export async function readOver({ db }: Context, credential: AttemptCredential): Promise<Pick<HeldAttempt, "kind" | "asked" | "finishedAt"> | null> {
  const [row] = await db.select().from(attempts).where(eq(attempts.id, credential.a));
  return row && isHeldBy(row, credential) ? row : null;
}

export function isHeldBy(row: AttemptRow, credential: AttemptCredential): row is HeldAttempt {
  return row.kind !== "step_up" && equalInConstantTime(row.secretHash, sha256(credential.k));
}

/** Gives a guess back that was right, when what it led to could not be done. Where nobody knows whether it was: only if nothing was noted as proven since, for that has given it back. */
export async function giveGuessBack({ db }: Context, { id, proven }: AttemptRow, { isKnown }: { isKnown: boolean }): Promise<void> {
  await db
    .update(attempts)
    .set({ guesses: sql`greatest(${attempts.guesses} - 1, 0)` })
    .where(and(eq(attempts.id, id), isOpen, isKnown ? undefined : eq(attempts.proven, proven)));
}
