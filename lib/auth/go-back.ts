import { and, eq, gte, inArray, isNull, ne, or, type SQL } from "drizzle-orm";
import { databaseNow, devices, outgoingMails, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { providerLabel } from "@/lib/factors/provider-label";
import { findLink, useLink } from "@/lib/mail/link-token";
import type { MailRow } from "@/lib/mail/mail-queue";
import { queueMail } from "@/lib/mail/queue-mail";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import { findUser } from "@/lib/users/find-user";
import { addressAfter, type After, leadsOn } from "./address-after";
import { askedBy } from "./asked-by";
import { disputedIdentities, disputedSessions } from "./disputed";
import { emailKey } from "./email-key";
import { forgetWrongGuesses } from "./forget-wrong-guesses";
import { giveRight } from "./give-right";
import { isCommitted } from "./is-committed";
import { raisedByCut } from "./reset-password";
import type { GoBackInput, GoneBack } from "./schema";
import { takeBackDeletion } from "./take-back-deletion";
import { takeBackFactors, takeBackIdentities } from "./take-back-factors";

type UserRow = typeof users.$inferSelect;
type Undone = MailRow & { userId: string; number: number };

const DONE = "It is done: your password is refused from now on, and where you were signed in ends within seconds.";
const ASK = " Ask for a link to set a new one.";

/** For how long after the mail one goes straight on to a new password, minutes, and what is too short for choosing one. */
const STRAIGHT_ON = 30;
const TOO_SHORT = 10;

/**
 * "This wasn't me" and "Undo this change" are one act (ACCOUNTS 2): what came to be from the mail's change on goes, the
 * address becomes the one that the mail went to, the device is forgotten, the password is refused from now on, the
 * sessions end, and the right to set a new one follows. Links to that change or a later one die with it; older ones, which go
 * back further, stay. While a second step is asked for since before it, what was changed stays too. `everywhere`: all sessions,
 * not only that one and those that began after it.
 * `reset`: a token for `resetPassword`, soon after the mail; later that comes by mail, and not at all where the account's
 * address is another than the one that the mail went to. Errors: `link_over`, `unavailable`.
 */
export async function goBack(visitor: Context, { token, everywhere = true }: GoBackInput): Promise<GoneBack | Failure> {
  // Who holds a link is whose it is, and not whoever else is signed in in that browser: in no event, and as the end of no session.
  const context: Context = { ...visitor, actor: { kind: "anonymous" } };
  const link = await findLink(context, token);
  if (isFailure(link)) return link;
  const { userId, number } = link;
  if (userId === null || number === null) return fail("link_over");
  const owner = await findUser(context, userId);
  let reset: string | null = null;
  let mayAsk = true;
  const ended = await endSessions(context, {
    of: [userId],
    // Nobody had proven the address: whoever made the account may have been somebody else, and nothing of before stays.
    where: everywhere || !owner?.emailVerified ? undefined : disputedSessions(context, { ...link, userId, number }),
    reason: link.kind === "email_changed" ? "email_undone" : "not_me",
    async also(tx) {
      const user = await findUser(tx, userId);
      const used = user ? await useLink(tx, link) : fail("link_over");
      if (used || !user) return used;
      const after = await addressAfter(tx, user, { ...link, number });
      await undo(tx, user, { ...link, userId, number }, after);
      mayAsk = leadsOn(link, after);
      if (mayAsk) reset = await leadOn(tx, user, link, after.email);
      if (isLate(tx)) return fail("unavailable");
    },
  });
  // The token is lost with the answer; another is to be had by asking.
  if (isFailure(ended)) return isCommitted(ended) ? { ...ended, detail: mayAsk ? DONE + ASK : DONE } : ended;
  return { ended: ended.filter(({ now }) => now).length, reset };
}

/** Takes back what was added, and what whoever is disputed came in by, if the account's owner gets another way in for it. */
async function undo(tx: Context, user: UserRow, link: Undone, { keeps, email }: After): Promise<void> {
  const { userId, number } = link;
  const disputed = !keeps && leadsOn(link, { keeps, email }) ? await disputedIdentities(tx, link) : [];
  const later = and(eq(outgoingMails.userId, userId), gte(outgoingMails.number, number), ne(outgoingMails.id, link.id), isNull(outgoingMails.droppedAt));
  const dropped = await tx.db.update(outgoingMails).set({ droppedAt: databaseNow, dueAt: null, tokenHash: null, reserves: null }).where(later).returning({ about: outgoingMails.about });
  await tx.db.update(outgoingMails).set({ reserves: null }).where(eq(outgoingMails.id, link.id));
  const which = user.emailVerified ? isAdded(tx, link, [link, ...dropped]) : undefined;
  await tx.db.update(devices).set({ forgottenAt: databaseNow }).where(and(which, eq(devices.userId, userId), isNull(devices.forgottenAt)));
  // Who reads the mail at the account's address shows that it is theirs.
  const proves = link.address === email;
  const from = user.emailVerified ? number : undefined;
  const factors = keeps ? {} : await takeBackFactors(tx, user, from);
  const unlinked = keeps ? [] : await takeBackIdentities(tx, userId, from, disputed);
  await forgetWrongGuesses(tx, userId);
  await recordEvents(tx, [
    {
      userId,
      type: link.kind === "email_changed" ? "email.change_undone" : "sign_in.not_me",
      ...(link.about.deviceId && { deviceId: link.about.deviceId }),
      detail: { about: link.kind },
    },
    ...unlinked.map((provider) => ({ userId, type: "identity.unlinked" as const, detail: { provider, name: providerLabel(tx.settings, provider) } })),
    ...(proves && !user.emailVerified ? [{ userId, type: "email.verified" as const }] : []),
  ]);
  await tx.db
    .update(users)
    .set({ passwordHash: null, ...(proves && { emailVerified: true }), ...factors, ...raisedByCut() })
    .where(eq(users.id, userId));
  await takeBackDeletion(tx, user, { email, ...(user.emailVerified && { since: link.createdAt }) });
  // Last: it takes a stronger lock, which deadlocks with foreign keys.
  if (email !== user.email) await tx.db.update(users).set({ email, emailKey: emailKey(email) }).where(eq(users.id, userId));
}

/**
 * Devices that are not known any more: of which these mails told, from which was done what they told of, and all that came
 * since. Mails of new devices have a budget, and whoever signs in again and again is over it.
 */
function isAdded({ db }: Context, { userId, createdAt }: Undone, mails: readonly Pick<MailRow, "about">[]): SQL | undefined {
  const told = mails.flatMap(({ about }) => about.deviceId ?? []);
  const did = mails.flatMap(({ about }) => about.sessionId ?? []);
  const used = db.select({ id: sessions.deviceId }).from(sessions).where(and(eq(sessions.userId, userId), inArray(sessions.id, did)));
  return or(gte(devices.firstSeenAt, createdAt), inArray(devices.id, told), inArray(devices.id, used));
}

/**
 * The right to set a new password: with the token at once while the mail is young, and by another mail when that time is
 * over, unless it was used by then (the answer may be lost, and the password is refused already). The token, if at once.
 */
async function leadOn(tx: Context, user: UserRow, { createdAt, sentAt }: MailRow, email: string): Promise<string | null> {
  const until = (sentAt ?? createdAt).getTime() + STRAIGHT_ON * 60_000;
  const left = (until - tx.clock.now()) / 60_000;
  const minutes = left < TOO_SHORT ? 0 : left;
  await queueMail(tx, { kind: "forgotten", facts: { asked: askedBy(tx) }, about: { emailKey: emailKey(email), browserId: null, overBudget: false }, inMinutes: minutes });
  return minutes === 0 ? null : giveRight(tx, { kind: "forgotten", userId: user.id, address: email, cuts: user.cuts + 1, until: new Date(until) });
}
