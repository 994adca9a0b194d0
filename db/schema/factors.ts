import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });
const owner = () => uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" });
/** The `ways` that its adding made: a going back to before that takes it away (ACCOUNTS 2). */
const number = () => integer().notNull();

/** An authenticator app (TOTP, RFC 6238): the account's one, and at most one that is being set up. */
export const totpFactors = pgTable(
  "totp_factors",
  {
    id: uuid().primaryKey(),
    userId: owner(),
    /** Sealed with the row's id. */
    secret: text().notNull(),
    /** The session that sets it up, and until when; no reference, for it may be gone before. None once it is confirmed. */
    sessionId: uuid("session_id"),
    expiresAt: time("expires_at"),
    /** The account's counter when its set-up began. */
    ways: integer().notNull(),
    confirmedAt: time("confirmed_at"),
    /** None while it is being set up. */
    number: integer(),
    /** The last step of 30 s whose code was spent: that one and all before it are worth nothing. */
    lastStep: bigint("last_step", { mode: "number" }).notNull().default(0),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    lastUsedAt: time("last_used_at"),
  },
  (table) => [
    uniqueIndex("totp_factors_user_key").on(table.userId).where(sql`${table.confirmedAt} is not null`),
    uniqueIndex("totp_factors_pending_key").on(table.userId).where(sql`${table.confirmedAt} is null`),
  ],
);

/** What opens the second step when everything else is lost: of each its first letters in plain, and a hash (ASVS 6.5.2). */
export const recoveryCodes = pgTable(
  "recovery_codes",
  {
    id: uuid().primaryKey(),
    userId: owner(),
    selector: text().notNull(),
    /** argon2id of the whole code. */
    hash: text().notNull(),
    number: number(),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    usedAt: time("used_at"),
  },
  (table) => [uniqueIndex("recovery_codes_selector_key").on(table.userId, table.selector)],
);

/** A passkey (WebAuthn): a discoverable credential whose authenticator verifies its user. */
export const passkeys = pgTable(
  "passkeys",
  {
    id: uuid().primaryKey(),
    userId: owner(),
    /** As the authenticator names it, base64url: of one account only. */
    credentialId: text("credential_id").notNull().unique(),
    /** COSE, base64url. */
    publicKey: text("public_key").notNull(),
    /** The signature counter; 0 for those that do not count. */
    counter: bigint({ mode: "number" }).notNull(),
    transports: text().array().notNull().default(sql`'{}'`),
    /** It is kept in more than one place (backup state). */
    synced: boolean().notNull(),
    name: text().notNull(),
    number: number(),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    lastUsedAt: time("last_used_at"),
  },
  (table) => [index("passkeys_user_idx").on(table.userId, table.id)],
);

/** Challenges that were answered, by SHA-256, until they are too old to be answered again: looking at a page writes nothing. */
export const spentChallenges = pgTable("spent_challenges", { hash: text().primaryKey(), expiresAt: time("expires_at").notNull() }, (table) => [index("spent_challenges_expires_idx").on(table.expiresAt)]);

export type CountedWay = `${"totp" | "recovery_code"}${"" | `:${string}`}`;

/**
 * Guesses at an account's second step over all its attempts (ACCOUNTS 4), those on devices that it knows apart, and those of
 * step-ups: when the wrong ones of the last hour were taken, and how many there were since a right one.
 */
export const secondStepGuesses = pgTable(
  "second_step_guesses",
  {
    userId: owner(),
    /** `totp` or `recovery_code`; after another provider's word with its name (`totp:google`), for they say nothing about the password. */
    way: text().$type<CountedWay>().notNull(),
    deviceKnown: boolean("device_known").notNull(),
    /** Within a session, which has no attempt: else whoever holds one could make the sign-ins of its owner rest. */
    stepUp: boolean("step_up").notNull().default(false),
    takenAt: time("taken_at").array().notNull().default(sql`'{}'`),
    sinceSuccess: integer("since_success").notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.userId, table.way, table.deviceKnown, table.stepUp] })],
);

/** The account as another provider knows it: whoever signs in there opens it. */
export const identities = pgTable(
  "identities",
  {
    id: uuid().primaryKey(),
    userId: owner(),
    /** The name that the operator gave the provider. */
    provider: text().notNull(),
    /** Who it is there: of one account only. */
    subject: text().notNull(),
    /** As the provider told it last; it decides nothing. */
    email: text(),
    number: number(),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    lastUsedAt: time("last_used_at"),
  },
  (table) => [uniqueIndex("identities_subject_key").on(table.provider, table.subject), index("identities_user_idx").on(table.userId, table.id)],
);
