import { sql } from "drizzle-orm";
import { boolean, index, inet, integer, jsonb, pgTable, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** A code that was sent: its HMAC, under which key, and until when it is good. */
export type SentCode = { hash: string; keyId: string; expiresAt: string };

/** What the one who began it said of their device, and where they seemed to be. */
export type AttemptDevice = { userAgent: string; name: string; country: string | null; city: string | null };

/**
 * A sign-in, sign-up or change of address that is under way (ACCOUNTS 3). One that can never succeed has a row like any
 * other, of no user. A step-up by a code is one too, which nobody holds but its session.
 */
export const attempts = pgTable(
  "attempts",
  {
    id: uuid().primaryKey(),
    /** SHA-256 of the secret in the sealed cookie. */
    secretHash: text("secret_hash").notNull(),
    kind: text({ enum: ["sign_up", "sign_in", "email_change", "step_up"] }).notNull(),
    userId: uuid("user_id").references(() => users.id, { onDelete: "cascade" }),
    /** The account's, read with what was verified: it must be the same when the attempt ends. */
    ways: integer(),
    /** For a change of address and a step-up: the session that asked. No reference: it may be gone before the attempt. */
    sessionId: uuid("session_id"),
    browserId: uuid("browser_id").notNull(),
    /** The address of e-mail as typed, and as compared. */
    email: text().notNull(),
    emailKey: text("email_key").notNull(),
    address: inet(),
    device: jsonb().$type<AttemptDevice>().notNull(),
    client: text({ enum: ["browser", "native"] }).notNull(),
    /** The account knew the device when it began. */
    deviceKnown: boolean("device_known").notNull().default(false),
    /** The account asks for a second step: only then can one be left out next time. */
    secondStep: boolean("second_step").notNull().default(false),
    remember: boolean().notNull().default(false),
    /** Everything was proven, of an account that is to be deleted: nothing is asked but whether it is kept. */
    keeps: boolean().notNull().default(false),
    next: text(),
    /** What must not be read (a new account's name and password hash), sealed with the row's id. */
    sealed: text(),
    /** The ways that were proven, in their order. */
    proven: text().array().notNull().default(sql`'{}'`),
    /** The ways of which one is asked. */
    asked: text().array().notNull().default(sql`'{}'`),
    /** Which rules of an unusual sign-in fired. */
    rules: text().array().notNull().default(sql`'{}'`),
    /** Taken before comparing. */
    guesses: smallint().notNull().default(0),
    sendings: smallint().notNull().default(0),
    sentAt: time("sent_at"),
    /** The last two work. */
    codes: jsonb().$type<SentCode[]>().notNull().default([]),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: time("expires_at").notNull(),
    finishedAt: time("finished_at"),
    revokedAt: time("revoked_at"),
  },
  (table) => [
    index("attempts_user_idx").on(table.userId),
    index("attempts_browser_idx").on(table.browserId).where(sql`${table.finishedAt} is null and ${table.revokedAt} is null`),
    index("attempts_expires_idx").on(table.expiresAt),
  ],
);
