import { and, eq, inArray, lte, ne, sql } from "drizzle-orm";
import { accountDeletions, addresses, databaseNow, events, exports, statementTime, users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { eraseAttempts } from "@/lib/auth/erase-attempts";
import { erasePictures } from "@/lib/avatars/erase-pictures";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { forgetActsOf, forgetMentions, forgetOwnEvents } from "@/lib/events/forget-person";
import { eraseMails } from "@/lib/mail/erase-mails";
import { endSessions } from "@/lib/sessions/end-sessions";
import { erasePlaces, eraseSessions } from "@/lib/sessions/erase-sessions";
import { eraseCachedUser } from "@/lib/users/cached-user";
import { findUser } from "@/lib/users/find-user";
import { countFirst } from "./count-first";
import { exportsBelow } from "./export-object";

type Job = typeof accountDeletions.$inferSelect;
type UserRow = typeof users.$inferSelect;

/** Does a bounded part of its work; whether there may be more of it. Done again it changes nothing. */
type Step = (context: Context, user: Known) => Promise<boolean>;

/** What is found by: the account as it was, every address that it had and no other account has now, as compared, and those that it was used from. */
type Known = Pick<UserRow, "id" | "email" | "name" | "createdAt"> & { emailKeys: string[]; addresses: string[] };

/**
 * After its beginning, before anything of it is gone: twice as long as a request may be under way, and what it writes; longer than a replica of Redis lags
 * behind. By the sessions' rows a replay ends what an older Redis brings back meanwhile, and the mail that tells of it is sent.
 */
const WAIT = sql`interval '10 seconds'`;

/** In an order in which what is found by something else goes before that: former addresses stand in the events. */
const steps: readonly Step[] = [
  (context, { id }) => countFirst(context, id),
  (context, { email, emailKeys, ...user }) => forgetMentions(context, { ...user, emails: [email, ...emailKeys] }),
  (context, { id, emailKeys }) => eraseMails(context, id, emailKeys),
  (context, { id, emailKeys }) => eraseAttempts(context, id, emailKeys),
  (context, { id }) => eraseSessions(context, id),
  (context, { id }) => erasePlaces(context, id),
  async (context, { id }) => {
    await context.storage.deleteBelow(exportsBelow(id));
    return false;
  },
  (context, { id }) => forgetActsOf(context, id),
  (context, { id }) => forgetOwnEvents(context, id),
];

/**
 * Erases an account whose time is over (ACCOUNTS 11): all of theirs, in bounded steps, each of which can be done again by
 * whoever takes the job after a worker that died; `goesOn` says between them whether it still is this one's. Audit events lose what
 * identifies. Once it has begun there is no way back: nothing opens the account any more; ten seconds later, when the job is due again, the
 * rest is done. Errors: `conflict` (not due, or kept meanwhile), `unavailable` (to be gone on with). Rejects when something does not answer.
 */
export async function eraseAccount(context: Context, job: Job, goesOn: () => Promise<boolean>): Promise<Failure | void> {
  const { userId } = job;
  const user = await findUser(context, userId);
  if (user) {
    const begun = await begin(context, job);
    if (isFailure(begun)) return begun;
    if (begun.waits) return;
    const known = { ...user, emailKeys: [user.emailKey, ...(await formerAddresses(context, userId))], addresses: await usedFrom(context, userId) };
    for (const step of steps) while (await step(context, known)) if (!(await goesOn())) return fail("unavailable");
    if (await erasePictures(context, userId)) return fail("unavailable");
    while (await eraseRow(context, userId)) if (!(await goesOn())) return fail("unavailable");
  }
  // Once more: what a worker that stalled for longer and was killed then has left after it is a stray for `npm run sweep`.
  await context.storage.deleteBelow(exportsBelow(userId));
  await eraseCachedUser(context, userId);
  await context.db.delete(accountDeletions).where(eq(accountDeletions.userId, userId));
  context.log.info({ userId }, "leaving: an account was erased");
}

/** But those that are another's by now: what waits for it, counts for it and was said of it is that account's. */
async function formerAddresses({ db }: Context, userId: string): Promise<string[]> {
  const changes = await db
    .select({ from: sql<string | null>`${events.detail} #>> '{email,from}'` })
    .from(events)
    .where(and(eq(events.userId, userId), eq(events.type, "email.changed")));
  const former = changes.flatMap(({ from }) => (from === null ? [] : [emailKey(from)]));
  const taken = await db.select({ key: users.emailKey }).from(users).where(and(inArray(users.emailKey, former), ne(users.id, userId)));
  return former.filter((key) => !taken.some((other) => other.key === key));
}

async function usedFrom({ db }: Context, userId: string): Promise<string[]> {
  const rows = await db.select({ address: sql<string>`host(${addresses.address})` }).from(addresses).where(eq(addresses.userId, userId));
  return rows.map(({ address }) => address);
}

/** Nothing opens it from here on, no session of it lives, nobody keeps it any more, and no export of it is made or shown. `waits`: the rest is due later. */
async function begin(context: Context, { userId, tries }: Job): Promise<Failure | { waits: boolean }> {
  let waits = true;
  const ended = await endSessions(context, {
    of: [userId],
    reason: "deleted",
    async also(tx) {
      const [due] = await tx.db.select({ id: users.id }).from(users).where(and(eq(users.id, userId), lte(users.deletionDueAt, statementTime)));
      if (!due) return fail("conflict");
      const since = sql`coalesce(${accountDeletions.begunAt}, clock_timestamp())`;
      const [begun] = await tx.db
        .update(accountDeletions)
        .set({ begunAt: since, dueAt: sql`greatest(${accountDeletions.dueAt}, ${since} + ${WAIT})` })
        .where(and(eq(accountDeletions.userId, userId), eq(accountDeletions.tries, tries)))
        .returning({ waits: sql<boolean>`${accountDeletions.begunAt} + ${WAIT} > clock_timestamp()` });
      if (!begun) return fail("conflict");
      waits = begun.waits;
      await tx.db.delete(exports).where(eq(exports.userId, userId));
      await tx.db.update(users).set({ passwordHash: null, disabledAt: databaseNow, ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
    },
  });
  return isFailure(ended) ? ended : { waits };
}

/**
 * The account's row, and with it what refers to it. What was written about it since its events were gone through (a stranger
 * who tries its address), and what it did, is gone through first, under a lock that lets nothing more be written about it. Whether there may be more.
 */
async function eraseRow(context: Context, userId: string): Promise<boolean> {
  return context.db.transaction(async (db) => {
    await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
    if ((await forgetOwnEvents({ ...context, db }, userId)) || (await forgetActsOf({ ...context, db }, userId))) return true;
    await db.delete(users).where(eq(users.id, userId));
    return false;
  });
}
