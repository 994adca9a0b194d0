import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { roles } from "./access";

export const users = pgTable(
  "users",
  {
    id: uuid().primaryKey(),
    /** As typed, NFC and trimmed; `emailKey` (lower case) is what is unique. */
    email: text().notNull(),
    emailKey: text("email_key").notNull().unique(),
    emailVerified: boolean("email_verified").notNull().default(false),
    name: text().notNull(),
    /** None: no password opens the account (none was set, or the one that was is known to others). */
    passwordHash: text("password_hash"),
    /** Rises with whatever changes what opens the account or what is asked (ACCOUNTS 2): what is under way counts only if it has not. */
    ways: integer().notNull().default(0),
    /** Rises with a reset or a going back, and nothing else. */
    cuts: integer().notNull().default(0),
    /** When it last did: what was asked for before comes to nothing. */
    cutAt: timestamp("cut_at", { withTimezone: true, precision: 3 }),
    role: text().notNull().default("USER").references(() => roles.name),
    /** Names the objects of the picture shown; null while there is none. */
    avatarVersion: uuid("avatar_version"),
    /** What those objects weigh together. */
    avatarBytes: integer("avatar_bytes"),
    /** They are told before a session that they use ends for good. */
    remindOfEnds: boolean("remind_of_ends").notNull().default(true),
    /** The owner wants a second step where passkeys alone could give it; with an authenticator app it always is asked. */
    secondStep: boolean("second_step").notNull().default(false),
    /** Since which change (the `ways` that it made) a second step has been asked for without a break; none while it is not. */
    secondStepSince: integer("second_step_since"),
    /** They are asked before a device that the account does not know signs in. */
    approveNewDevices: boolean("approve_new_devices").notNull().default(false),
    /** By which change that was switched off, if it ever was on. */
    approvalOffNumber: integer("approval_off_number"),
    /** When the account is erased, if that was asked for: until then its owner can keep it, and do nothing else (ACCOUNTS 11). */
    deletionDueAt: timestamp("deletion_due_at", { withTimezone: true, precision: 3 }),
    disabledAt: timestamp("disabled_at", { withTimezone: true, precision: 3 }),
    createdAt: timestamp("created_at", { withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    index("users_created_idx").on(table.createdAt, table.id),
    index("users_role_idx").on(table.role),
    // Searched by how they begin, whatever the database's collation.
    index("users_email_prefix_idx").on(table.emailKey.op("text_pattern_ops")),
    index("users_name_prefix_idx").using("btree", sql`lower(${table.name}) text_pattern_ops`),
  ],
);
