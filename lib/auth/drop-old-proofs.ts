import { and, isNull, lt, or, sql } from "drizzle-orm";
import { attempts, authorizationCodes, outgoingMails, spentChallenges, statementTime, totpFactors } from "@/db/schema";
import type { Context } from "@/lib/core/context";

const BATCH = 500;

/**
 * Forgets attempts that ended a day ago, with the names and password hashes of those who never signed up, authenticator apps
 * that nobody finished to set up, mails that nobody sends and whose links open nothing any more, challenges that were
 * answered before, and codes that apps were given. A batch a statement, until there are no more: whoever fills a table must not be faster than this.
 */
export async function dropOldProofs({ db }: Context): Promise<void> {
  const dayAgo = sql`${statementTime} - interval '1 day'`;
  const past = db.select({ id: attempts.id }).from(attempts).where(lt(attempts.expiresAt, dayAgo)).limit(BATCH).for("update", { skipLocked: true });
  await untilShort(() => db.delete(attempts).where(sql`${attempts.id} = any(array(${past}))`));
  const unfinished = db.select({ id: totpFactors.id }).from(totpFactors).where(and(isNull(totpFactors.confirmedAt), lt(totpFactors.expiresAt, dayAgo))).limit(BATCH).for("update", { skipLocked: true });
  await untilShort(() => db.delete(totpFactors).where(sql`${totpFactors.id} = any(array(${unfinished}))`));
  // Mails are counted until the day is over on which they were sent, and a day may have 25 hours.
  const twoDaysAgo = sql`${statementTime} - interval '2 days'`;
  const over = and(lt(outgoingMails.notAfter, twoDaysAgo), or(isNull(outgoingMails.linkExpiresAt), lt(outgoingMails.linkExpiresAt, twoDaysAgo)));
  const done = db.select({ id: outgoingMails.id }).from(outgoingMails).where(over).limit(BATCH).for("update", { skipLocked: true });
  await untilShort(() => db.delete(outgoingMails).where(sql`${outgoingMails.id} = any(array(${done}))`));
  const old = db.select({ hash: spentChallenges.hash }).from(spentChallenges).where(lt(spentChallenges.expiresAt, dayAgo)).limit(BATCH).for("update", { skipLocked: true });
  await untilShort(() => db.delete(spentChallenges).where(sql`${spentChallenges.hash} = any(array(${old}))`));
  const given = db.select({ hash: authorizationCodes.hash }).from(authorizationCodes).where(lt(authorizationCodes.expiresAt, dayAgo)).limit(BATCH).for("update", { skipLocked: true });
  await untilShort(() => db.delete(authorizationCodes).where(sql`${authorizationCodes.hash} = any(array(${given}))`));
}

async function untilShort(drop: () => PromiseLike<{ count: number }>): Promise<void> {
  while ((await drop()).count === BATCH);
}
