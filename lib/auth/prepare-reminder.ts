import { and, asc, eq, gt, isNotNull, isNull, sql } from "drizzle-orm";
import { devices, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import type { MailRow, PreparedMail } from "@/lib/mail/mail-queue";
import { wantsReminders } from "@/lib/users/wants-reminders";

/**
 * Told from the sessions as they are when the mail is made: the first to end of those that its owner is to be told of
 * and that are still open. None, or the owner wants no reminders any more: no mail.
 */
export async function prepareReminder({ db }: Context, mail: MailRow): Promise<PreparedMail | null> {
  if (mail.userId === null) return null;
  const ending = await db
    .select({ email: users.email, device: sql<string>`coalesce(${devices.givenName}, ${devices.derivedName})`, beganAt: sessions.createdAt, endsAt: sessions.absoluteExpiresAt })
    .from(sessions)
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.userId, mail.userId), isNull(sessions.endedAt), isNotNull(sessions.remindedAt), gt(sessions.absoluteExpiresAt, statementTime), wantsReminders))
    .orderBy(asc(sessions.absoluteExpiresAt), asc(sessions.id));
  const [first] = ending;
  if (!first) return null;
  const facts = { device: first.device, beganAt: iso(first.beganAt), endsAt: iso(first.endsAt), others: ending.length - 1 };
  return { to: first.email, content: { kind: "session_ending", account: first.email, facts } };
}
