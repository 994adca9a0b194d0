import { sql } from "drizzle-orm";
import { type MailSubject, outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import type { MailFacts, MailKind } from "./kinds";

const HOUR = 60;
const DAY = 24 * HOUR;

/** How long a mail of each kind is worth being sent, minutes; what only tells of something, three days. */
const WORTH: Partial<Record<MailKind, number>> = { code: 10, account_exists: 10, address_taken: 10, forgotten: 30, forgotten_no_password: 30, session_ending: DAY };
const WORTH_TELLING = 3 * DAY;
/** For how long one may go back (ACCOUNTS 2), minutes. */
export const WAY_BACK = 7 * DAY;

type NewMail<K extends MailKind> = {
  kind: K;
  userId?: string | null;
  attemptId?: string | null;
  /** Where to, when that is not the account's address as it stands when the mail is made. */
  address?: string;
  /** What is told; for kinds that are told from the attempt or the account as it stands then, nothing. */
  facts?: MailFacts<K>;
  /** That it carries a way back: the change's number, and what besides is undone. */
  wayBack?: { number: number; reserves?: string };
  /** When it is sent at the earliest. */
  inMinutes?: number;
  /** What its link is about, or what is looked up when it is made. */
  about?: MailSubject;
};

/** Queues a mail, in the transaction of what it tells (promise 11). Nothing where there is no mail. */
export async function queueMail<K extends MailKind>({ db, mailer }: Context, { kind, userId = null, attemptId = null, address, facts, wayBack, about = {}, inMinutes: delay = 0 }: NewMail<K>): Promise<void> {
  if (!mailer) return;
  const inMinutes = (count: number) => sql`clock_timestamp() + make_interval(secs => ${count * 60})`;
  await db.insert(outgoingMails).values({
    id: newId(),
    kind,
    userId,
    attemptId,
    address: address ?? null,
    facts: facts ?? {},
    about,
    reserves: wayBack?.reserves ?? null,
    dueAt: inMinutes(delay),
    notAfter: inMinutes(delay + (WORTH[kind] ?? WORTH_TELLING)),
    number: wayBack?.number ?? null,
    linkExpiresAt: wayBack ? inMinutes(WAY_BACK) : null,
  });
}
