import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { attempts } from "./attempts";
import { users } from "./users";

/** `browserId`: of whoever asked; `overBudget`: only if that browser is one that the account knows. `madeBy`: the administrator who handed a link over; `identityId`: what was linked. */
export type MailSubject = { identityId?: string; madeBy?: string; makersCuts?: number; sessionId?: string; deviceId?: string; emailKey?: string; browserId?: string | null; overBudget?: boolean };

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * Mails that tell of something, queued in the transaction of what they tell (ACCOUNTS 5), and the links in them. A row
 * stands for as long as its link may be used. What opens something is made when the mail is rendered, and stands here
 * only as a hash.
 */
export const outgoingMails = pgTable(
  "outgoing_mails",
  {
    /** Names the mail to others too: its Message-ID. */
    id: uuid().primaryKey(),
    kind: text().notNull(),
    /** Whose account it is about; for a forgotten password only once it was looked up. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    attemptId: uuid("attempt_id").references(() => attempts.id, { onDelete: "cascade" }),
    /** Where to, when that is not the account's address as it stands when the mail is made. */
    address: text(),
    /** What is told; nothing that opens anything. */
    facts: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    /** What its link goes back on (the session and device of a sign-in), or what is looked up when it is made (a forgotten password). */
    about: jsonb().$type<MailSubject>().notNull().default({}),
    /** The address, as compared, that nobody else may take while the link leads back to it. */
    reserves: text(),
    /** When it is tried next; none when it is done with, or was never to be sent. */
    dueAt: timestamp("due_at", { withTimezone: true }),
    tries: integer().notNull().default(0),
    /** It is useless after this. */
    notAfter: time("not_after").notNull(),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    sentAt: time("sent_at"),
    failedAt: time("failed_at"),
    /** Why it was given up, as the SMTP server's code. */
    failure: text(),
    /** Its fact is not true any more: it is not sent, and its link opens nothing. */
    droppedAt: time("dropped_at"),
    /** The account's counter when the link's right came into being. */
    cuts: integer(),
    /** Of a going back: the number of the change that it undoes, with what came after. */
    number: integer(),
    tokenHash: text("token_hash"),
    linkExpiresAt: time("link_expires_at"),
    linkUsedAt: time("link_used_at"),
  },
  (table) => [
    index("outgoing_mails_due_idx").on(table.dueAt).where(sql`${table.dueAt} is not null`),
    index("outgoing_mails_user_idx").on(table.userId, table.number),
    index("outgoing_mails_attempt_idx").on(table.attemptId),
    index("outgoing_mails_not_after_idx").on(table.notAfter),
    index("outgoing_mails_failed_idx").on(table.failedAt).where(sql`${table.failedAt} is not null`),
    uniqueIndex("outgoing_mails_token_key").on(table.tokenHash),
    index("outgoing_mails_reserves_idx").on(table.reserves).where(sql`${table.reserves} is not null`),
  ],
);
