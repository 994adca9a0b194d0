import { and, eq, exists, gte, inArray, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { identities, outgoingMails, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { MailRow } from "@/lib/mail/mail-queue";

/** A way back that is being looked at or gone. */
export type Disputed = Pick<MailRow, "createdAt"> & { userId: string; number: number };

/**
 * What the link goes back on: the session that its mail told of, those of later mails, whose links die with this one, all on
 * the devices that are forgotten with them, and all that began since.
 */
export function disputedSessions(context: Context, link: Disputed): SQL | undefined {
  const { told, there } = toldOf(context, link);
  return or(gte(sessions.createdAt, link.createdAt), told, there);
}

/**
 * What was linked before, and by whose word one of those sessions began that mails told of, or one on such a device since: whoever came
 * by it would come again at once.
 */
export async function disputedIdentities(context: Context, link: Disputed): Promise<{ id: string; provider: string }[]> {
  const { db } = context;
  const { told, there } = toldOf(context, link);
  const began = and(eq(sessions.userId, link.userId), eq(sessions.provider, identities.provider), eq(sessions.providerSubject, identities.subject));
  const through = db.select({ one: sql`1` }).from(sessions).where(and(began, or(told, and(gte(sessions.createdAt, link.createdAt), there))));
  return db.select({ id: identities.id, provider: identities.provider }).from(identities).where(and(eq(identities.userId, link.userId), lt(identities.number, link.number), exists(through)));
}

function toldOf({ db }: Context, { userId, number }: Disputed): { told: SQL; there: SQL | undefined } {
  const undone = and(eq(outgoingMails.userId, userId), gte(outgoingMails.number, number), isNull(outgoingMails.droppedAt));
  const sessionIds = db.select({ id: sql`(${outgoingMails.about} ->> 'sessionId')::uuid` }).from(outgoingMails).where(undone);
  const deviceIds = db.select({ id: sql`(${outgoingMails.about} ->> 'deviceId')::uuid` }).from(outgoingMails).where(undone);
  const sharedIds = db.select({ id: sessions.deviceId }).from(sessions).where(and(eq(sessions.userId, userId), inArray(sessions.id, sessionIds)));
  return { told: inArray(sessions.id, sessionIds), there: or(inArray(sessions.deviceId, deviceIds), inArray(sessions.deviceId, sharedIds)) };
}
