import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { addresses, devices, events, insightFailures, insightPeople, outgoingMails, sessions, type users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso, isoOrNull } from "@/lib/core/time";
import { ownEventView } from "@/lib/events/event-view";
import { HANDED_OVER } from "@/lib/mail/kinds";

/** How many rows are read at a time, each page by a statement of its own: no snapshot stays open while a file is written. */
const PAGE = 500;

/** Pages of rows, each after the last row of the one before. */
async function* pagesOf<T>(read: (after: T | undefined) => PromiseLike<T[]>): AsyncGenerator<T[]> {
  for (let after: T | undefined; ; ) {
    const page = await read(after);
    yield page;
    after = page.at(-1);
    if (page.length < PAGE) return;
  }
}

async function* mapped<T>(pages: AsyncIterable<T[]>, view: (row: T) => object | null): AsyncGenerator<object[]> {
  for await (const page of pages) yield page.flatMap((row) => view(row) ?? []);
}

export function sessionRows({ db }: Context, userId: string): AsyncGenerator<object[]> {
  const read = (after: { session: typeof sessions.$inferSelect } | undefined) =>
    db
      .select({ session: sessions, address: addresses })
      .from(sessions)
      .innerJoin(addresses, eq(addresses.id, sessions.addressId))
      .where(and(eq(sessions.userId, userId), after && gt(sessions.id, after.session.id)))
      .orderBy(asc(sessions.id))
      .limit(PAGE);
  return mapped(pagesOf<Awaited<ReturnType<typeof read>>[number]>(read), ({ session, address: { address, country, city } }) => ({
    id: session.id,
    client: session.client,
    deviceId: session.deviceId,
    ip: { address, country, city },
    createdAt: iso(session.createdAt),
    lastSeenAt: iso(session.lastSeenAt),
    expiresAt: iso(session.expiresAt),
    absoluteExpiresAt: iso(session.absoluteExpiresAt),
    endedAt: isoOrNull(session.endedAt),
    endReason: session.endReason,
    through: session.provider,
  }));
}

export function deviceRows({ db }: Context, userId: string): AsyncGenerator<object[]> {
  const read = (after: typeof devices.$inferSelect | undefined) =>
    db.select().from(devices).where(and(eq(devices.userId, userId), after && gt(devices.id, after.id))).orderBy(asc(devices.id)).limit(PAGE);
  return mapped(pagesOf(read), (device) => ({
    id: device.id,
    name: device.givenName ?? device.derivedName,
    named: device.givenName !== null,
    browser: device.browser,
    os: device.os,
    kind: device.kind,
    userAgent: device.userAgent,
    firstSeenAt: iso(device.firstSeenAt),
    lastSeenAt: iso(device.lastSeenAt),
    trustedUntil: isoOrNull(device.trustedUntil),
    forgottenAt: isoOrNull(device.forgottenAt),
  }));
}

export function addressRows({ db }: Context, userId: string): AsyncGenerator<object[]> {
  const read = (after: typeof addresses.$inferSelect | undefined) =>
    db.select().from(addresses).where(and(eq(addresses.userId, userId), after && gt(addresses.address, after.address))).orderBy(asc(addresses.address)).limit(PAGE);
  return mapped(pagesOf(read), ({ address, country, city, firstSeenAt, lastSeenAt }) => ({ address, country, city, firstSeenAt: iso(firstSeenAt), lastSeenAt: iso(lastSeenAt) }));
}

/** As Activity shows them, oldest first: of what an administrator did it is not told from where. */
export function eventRows({ db }: Context, userId: string): AsyncGenerator<object[]> {
  const read = (after: { event: typeof events.$inferSelect } | undefined) =>
    db
      .select({ event: events, given: devices.givenName, derived: devices.derivedName })
      .from(events)
      .leftJoin(devices, eq(devices.id, events.deviceId))
      .where(and(eq(events.userId, userId), after && sql`(${events.at}, ${events.id}) > (${iso(after.event.at)}::timestamptz, ${after.event.id}::uuid)`))
      .orderBy(asc(events.at), asc(events.id))
      .limit(PAGE);
  return mapped(pagesOf<Awaited<ReturnType<typeof read>>[number]>(read), ownEventView);
}

/** Of each day what the figures know it by: whether they were there, and failed sign-ins. */
export function figureRows({ db }: Context, userId: string): AsyncGenerator<object[]> {
  const read = (after: { day: string } | undefined) => {
    const seen = db.select({ day: insightPeople.day }).from(insightPeople).where(eq(insightPeople.userId, userId));
    const failed = db.select({ day: insightFailures.day }).from(insightFailures).where(eq(insightFailures.userId, userId));
    const days = seen.union(failed).as("days");
    return db
      .select({ day: days.day, seen: isNotNull(insightPeople.userId).mapWith(Boolean), failed: sql<number>`coalesce(${insightFailures.count}, 0)` })
      .from(days)
      .leftJoin(insightPeople, and(eq(insightPeople.day, days.day), eq(insightPeople.userId, userId)))
      .leftJoin(insightFailures, and(eq(insightFailures.day, days.day), eq(insightFailures.userId, userId)))
      .where(after && gt(days.day, after.day))
      .orderBy(asc(days.day))
      .limit(PAGE);
  };
  return mapped(pagesOf(read), ({ day, seen, failed }) => ({ day, seen, failedSignIns: failed }));
}

/** That they were sent, and what they told; links and codes stand nowhere. A code may have gone to an address that is not the account's. */
export function mailRows({ db }: Context, { id, email }: typeof users.$inferSelect): AsyncGenerator<object[]> {
  const read = (after: typeof outgoingMails.$inferSelect | undefined) =>
    db
      .select()
      .from(outgoingMails)
      .where(and(eq(outgoingMails.userId, id), sql`${outgoingMails.kind} <> ${HANDED_OVER}`, after && gt(outgoingMails.id, after.id)))
      .orderBy(asc(outgoingMails.id))
      .limit(PAGE);
  return mapped(pagesOf(read), ({ kind, address, facts, createdAt, sentAt, failedAt }) => ({ kind, to: address ?? (kind === "code" ? null : email), facts, queuedAt: iso(createdAt), sentAt: isoOrNull(sentAt), failedAt: isoOrNull(failedAt) }));
}
