import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { attempts, devices, identities, outgoingMails, type SentCode, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { iso } from "@/lib/core/time";
import { findReservation } from "@/lib/mail/find-reservation";
import { type Asked, type MailContent, type MailKind, mailFacts } from "@/lib/mail/kinds";
import { linkTo, linkToken } from "@/lib/mail/link-token";
import type { MailRow, PreparedMail } from "@/lib/mail/mail-queue";
import { type AttemptRow, isOpen, MOST_GUESSES } from "./attempt-row";
import { codeOf } from "./email-code";
import { mayMailCode, mayMailDevice, mayMailOwner, mayMailStepUp, mayMailStranger } from "./mail-budgets";
import { overBudget } from "./over-budget";
import { prepareReminder } from "./prepare-reminder";
import { whatOpensToo } from "./what-opens-too";

const RESET_MINUTES = 30;

type UserRow = typeof users.$inferSelect;

/**
 * Looks whether what a mail tells is still true, and makes the code or the link that it carries (ACCOUNTS 5): in the
 * transaction before it is sent. To the address as it is stored, not as somebody typed it.
 */
export async function prepareMail(tx: Context, mail: MailRow): Promise<PreparedMail | null> {
  if (mail.kind === "code") return prepareCode(tx, mail);
  if (mail.kind === "forgotten") return prepareForgotten(tx, mail);
  if (mail.kind === "session_ending") return prepareReminder(tx, mail);
  return prepareTelling(tx, mail);
}

/**
 * A code for an attempt that is still open. An address that is taken gets no code, and its owner is told; one that nobody can
 * type is kept all the same, so that a try at it takes the time that any other takes (promise 9). Over the budget
 * nothing is sent and no code is made: who knows the password, or an address, has no more guesses than mails. It is asked until
 * something was made, and not at the first try: a sender may have died at that.
 */
async function prepareCode(tx: Context, mail: MailRow): Promise<PreparedMail | null> {
  if (mail.attemptId === null) return null;
  const [attempt] = await tx.db.select().from(attempts).where(and(eq(attempts.id, mail.attemptId), isOpen)).for("no key update");
  if (!attempt || attempt.guesses >= MOST_GUESSES) return null;
  const asked: Asked = { at: iso(attempt.createdAt), device: attempt.device.name, country: attempt.device.country, city: attempt.device.city };
  const { sent } = codeOf(tx, attempt, mail.id);
  // For an address that is taken: no code has this digest.
  const untypable: SentCode = attempt.codes.find(({ hash }) => hash === sha256(mail.id)) ?? { ...sent, hash: sha256(mail.id) };
  const isMade = attempt.codes.includes(sent) || attempt.codes.includes(untypable);
  if (attempt.kind === "step_up") return prepareStepUp(tx, mail, attempt, asked, isMade);
  if (isByProvider(attempt)) return prepareAddressCode(tx, mail, attempt, asked, isMade);
  if (attempt.kind !== "sign_in") {
    const asker = attempt.userId === null ? null : await userWith(tx, eq(users.id, attempt.userId));
    // To one's own address: no flood of strangers keeps it away.
    const mayBeSent = () => (asker?.emailKey === attempt.emailKey ? mayMailOwner(tx, asker.id) : mayMailStranger(tx, "code", attempt.emailKey, attempt.address));
    if (!isMade && !(await mayBeSent())) return overBudget(tx, mail);
    if (attempt.kind === "email_change" && (!asker || asker.ways !== attempt.ways || asker.disabledAt)) return null;
    const owner = await userWith(tx, eq(users.emailKey, attempt.emailKey));
    const reserved = await findReservation(tx, attempt.emailKey, attempt.userId);
    const isTaken = owner !== null && owner.id !== asker?.id;
    const taken = isTaken ? owner.email : reserved;
    if (taken !== null) {
      await keepCode(tx, attempt, untypable);
      return { to: taken, content: { kind: isTaken && attempt.kind === "sign_up" ? "account_exists" : "address_taken", account: taken, facts: { asked } } };
    }
    return { to: attempt.email, content: await codeFor(tx, attempt, mail, attempt.email, asked) };
  }
  const user = attempt.userId === null ? null : await userWith(tx, eq(users.id, attempt.userId));
  if (!user || user.ways !== attempt.ways || user.disabledAt) return null;
  if (!isMade && !(await mayMailCode(tx, user.id))) return overBudget(tx, mail);
  return { to: user.email, content: await codeFor(tx, attempt, mail, user.email, asked) };
}

/** Another provider has named an address, and nobody has looked yet whether it has an account: so it is told nothing else. */
function isByProvider({ kind, userId, proven }: AttemptRow): boolean {
  return kind === "sign_in" && userId === null && proven[0]?.startsWith("provider:") === true;
}

async function prepareAddressCode(tx: Context, mail: MailRow, attempt: AttemptRow, asked: Asked, isMade: boolean): Promise<PreparedMail | null> {
  if (!isMade && !(await mayMailStranger(tx, "code", attempt.emailKey, attempt.address))) return overBudget(tx, mail);
  return { to: attempt.email, content: await codeFor(tx, attempt, mail, attempt.email, asked) };
}

/** A code for a session that lives, of an account whose address is proven and still asks for nothing else. */
async function prepareStepUp(tx: Context, mail: MailRow, attempt: AttemptRow, asked: Asked, isMade: boolean): Promise<PreparedMail | null> {
  const user = attempt.userId === null ? null : await userWith(tx, eq(users.id, attempt.userId));
  if (!user?.emailVerified || user.ways !== attempt.ways || user.disabledAt) return null;
  const [session] = await tx.db.select({ id: sessions.id }).from(sessions).where(and(eq(sessions.id, attempt.sessionId ?? ""), isNull(sessions.endedAt)));
  if (!session) return null;
  if (!isMade && !(await mayMailStepUp(tx, user.id))) return overBudget(tx, mail);
  return { to: user.email, content: await codeFor(tx, attempt, mail, user.email, asked) };
}

/** Over the budget of strangers: asked for on a device that the account knows, and within the owner's own. */
async function mayComeAllTheSame(tx: Context, userId: string, { about, userId: madeFor }: MailRow): Promise<boolean> {
  const known = and(eq(devices.userId, userId), eq(devices.browserId, about.browserId ?? userId), isNull(devices.forgottenAt));
  const [device] = await tx.db.select({ id: devices.id }).from(devices).where(known);
  return device !== undefined && (madeFor !== null || mayMailOwner(tx, userId));
}

async function codeFor(tx: Context, attempt: AttemptRow, { id: mailId }: MailRow, account: string, asked: Asked): Promise<MailContent> {
  const { kind, rules } = attempt;
  const { code, sent } = codeOf(tx, attempt, mailId);
  await keepCode(tx, attempt, sent);
  return { kind: "code", account, code, minutes: minutesTo(tx, Date.parse(sent.expiresAt)), facts: mailFacts.code.parse({ purpose: isByProvider(attempt) ? "provider" : kind, asked, rules }) };
}

/** The last two that were sent work. */
async function keepCode({ db }: Context, { id, codes }: AttemptRow, sent: SentCode): Promise<void> {
  if (!codes.includes(sent)) await db.update(attempts).set({ codes: [...codes.slice(-1), sent] }).where(eq(attempts.id, id));
}

/**
 * A link to set a password, for the account that the address has when this is first looked up, and as it was then: after
 * a reset or a going back that came meanwhile it is none. Where there is no such account it is made for nobody.
 */
async function prepareForgotten(tx: Context, mail: MailRow): Promise<PreparedMail | null> {
  const { asked } = mailFacts.forgotten.parse(mail.facts);
  const user = await userWith(tx, mail.userId === null ? eq(users.emailKey, mail.about.emailKey ?? "") : eq(users.id, mail.userId));
  const isTrue = user && !user.disabledAt && (mail.userId === null || (mail.cuts === user.cuts && mail.address === user.email)) && !(user.cutAt && user.cutAt > mail.createdAt);
  const isOver = mail.about.overBudget && !(isTrue && (await mayComeAllTheSame(tx, user.id, mail)));
  if (isOver) overBudget(tx, mail);
  if (!isTrue || isOver) {
    return { to: null, content: { kind: "forgotten", account: mail.about.emailKey ?? "", link: linkTo(tx, "reset", newSecret()), minutes: RESET_MINUTES, facts: { asked } } };
  }
  if (mail.userId === null) {
    await tx.db
      .update(outgoingMails)
      .set({ userId: user.id, cuts: user.cuts, address: user.email, linkExpiresAt: inMinutes(RESET_MINUTES) })
      .where(eq(outgoingMails.id, mail.id));
  }
  const token = await linkToken(tx, mail);
  if (token === null) return null;
  const minutes = mail.linkExpiresAt === null ? RESET_MINUTES : minutesTo(tx, mail.linkExpiresAt.getTime());
  const common = { account: user.email, link: linkTo(tx, "reset", token), minutes };
  const opens = user.passwordHash === null ? await whatOpensToo(tx, user.id) : null;
  if (opens && opens.passkeys.length + opens.identities.length > 0 && !user.cutAt) {
    return { to: user.email, content: { kind: "forgotten_no_password", ...common, facts: { asked, passkeys: opens.passkeys.length > 0, providers: [...new Set(opens.identities.map(({ label }) => label))] } } };
  }
  return { to: user.email, content: { kind: "forgotten", ...common, facts: { asked, refused: user.passwordHash === null } } };
}

/** What happened, with the way back where there is one. */
async function prepareTelling(tx: Context, mail: MailRow): Promise<PreparedMail | null> {
  const kind = mail.kind as Exclude<MailKind, "code" | "forgotten" | "forgotten_no_password" | "session_ending">;
  const user = mail.userId === null ? null : await userWith(tx, eq(users.id, mail.userId));
  if (!user || (await isUntrue(tx, mail, user))) return null;
  const account = mail.address ?? user.email;
  const token = mail.number === null ? null : await linkToken(tx, mail);
  if (mail.number !== null && token === null) return null;
  const back = token === null || mail.linkExpiresAt === null ? null : { url: linkTo(tx, kind === "email_changed" ? "undo" : "not-me", token), until: iso(mail.linkExpiresAt) };
  const content = { kind, account, facts: mailFacts[kind].parse(mail.facts), ...(back && { back }) };
  return { to: account, content: content as MailContent };
}

/**
 * The new address is the account's no more; what was linked is not linked any more; the account is kept after all; the export went with
 * a reset or a going back; or whoever has the password signs in again and again, to bury the mail that matters.
 */
async function isUntrue(tx: Context, mail: MailRow, user: UserRow): Promise<boolean> {
  const { kind, facts, address, tokenHash } = mail;
  if (kind === "identity_linked") return !(await isLinked(tx, mail));
  if (kind === "deletion_asked") return user.deletionDueAt === null || iso(user.deletionDueAt) !== facts.dueAt;
  if (kind === "export_ready") return user.cutAt !== null && user.cutAt > mail.createdAt;
  if (kind === "email_changed_notice") return facts.sentTo === "new" && address !== user.email;
  const isOver = (kind === "new_device" || kind === "unusual_sign_in") && tokenHash === null && !(await mayMailDevice(tx, user.id));
  if (isOver) overBudget(tx, mail);
  return isOver;
}

async function isLinked({ db }: Context, { userId, about }: MailRow): Promise<boolean> {
  const [linked] = await db.select({ id: identities.id }).from(identities).where(and(eq(identities.id, about.identityId ?? ""), eq(identities.userId, userId ?? "")));
  return linked !== undefined;
}

async function userWith({ db }: Context, condition: SQL): Promise<UserRow | null> {
  const [user] = await db.select().from(users).where(condition);
  return user ?? null;
}

/** Whole minutes that are left, to within a second. */
function minutesTo({ clock }: Context, time: number): number {
  return Math.max(1, Math.floor((time - clock.now() + 1_000) / 60_000));
}

function inMinutes(count: number): SQL {
  return sql`clock_timestamp() + make_interval(mins => ${count})`;
}
