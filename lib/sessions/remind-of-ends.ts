import { and, eq, gt, inArray, isNull, notExists, sql } from "drizzle-orm";
import { databaseNow, outgoingMails, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { inTransaction } from "@/lib/core/transaction";
import { queueMail } from "@/lib/mail/queue-mail";
import { wantsReminders } from "@/lib/users/wants-reminders";
import { type EndingAfter, endingSessions } from "./ledger/ending-sessions";
import { livesOf } from "./lives-of";
import { USED_WITHIN_DAYS } from "./schema";

const BATCH = 1_000;
const USED_WITHIN_MS = USED_WITHIN_DAYS * 86_400_000;

/**
 * Tells owners by mail of sessions in use that end for good soon (ACCOUNTS 6): of each session once, whatever the number
 * of processes, and no account more than once a day; what ends together stands in one mail. Where there is no mail nothing
 * is marked. Rejects with an outage of PostgreSQL; without Redis the ledger's own last use counts.
 */
export async function remindOfEnds(context: Context): Promise<void> {
  if (!context.mailer) return;
  for (const [userId, ids] of await inUse(context)) await inTransaction(context, (tx) => remind(tx, userId, ids));
}

/** The sessions to be told of, by account. */
async function inUse(context: Context): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (let after: EndingAfter | null = null; ; ) {
    const rows: Awaited<ReturnType<typeof endingSessions>> = await endingSessions(context, BATCH, after);
    const last = rows.at(-1);
    if (!last) return found;
    const lives = await livesOf(context, rows, last.now, last.lostAt);
    rows.forEach(({ id, userId, now }, index) => {
      const life = lives[index];
      if (life?.endedAt === null && now.getTime() - life.lastSeenAt.getTime() < USED_WITHIN_MS) found.set(userId, [...(found.get(userId) ?? []), id]);
    });
    after = last;
  }
}

/** The account's lock makes processes take turns; who comes second finds in a later statement that it was done. */
async function remind(tx: Context, userId: string, ids: readonly string[]): Promise<void> {
  const [user] = await tx.db.select({ id: users.id }).from(users).where(and(eq(users.id, userId), wantsReminders)).for("no key update", { skipLocked: true });
  if (!user) return;
  const dayAgo = sql`${statementTime} - interval '1 day'`;
  const told = tx.db.select({ one: sql`1` }).from(outgoingMails).where(and(eq(outgoingMails.userId, userId), eq(outgoingMails.kind, "session_ending"), gt(outgoingMails.createdAt, dayAgo)));
  const marked = await tx.db
    .update(sessions)
    .set({ remindedAt: databaseNow })
    .where(and(eq(sessions.userId, userId), inArray(sessions.id, [...ids]), isNull(sessions.endedAt), isNull(sessions.remindedAt), notExists(told)))
    .returning({ id: sessions.id });
  if (marked.length > 0) await queueMail(tx, { kind: "session_ending", userId });
}
