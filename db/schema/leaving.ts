import { sql } from "drizzle-orm";
import { bigint, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** Copies of all that is kept of an account, made for its owner (ACCOUNTS 11). A row is a job until the file is there, and again when its time is over. */
export const exports = pgTable(
  "exports",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    state: text({ enum: ["making", "ready", "gone"] }).notNull().default("making"),
    /** The account's counter of cuts when it was asked for: one that a thief asked for opens nothing after a reset or a going back. */
    cuts: integer().notNull(),
    /** Where the file is, or is being written: its last part is a secret, for a bucket may be open to whoever knows an object's name. */
    object: text(),
    bytes: bigint({ mode: "number" }),
    askedAt: time("asked_at").notNull().default(sql`clock_timestamp()`),
    /** Until when the file is kept, once it is there. */
    goneAt: time("gone_at"),
    /** When it is worked at next; none once the file is gone. */
    dueAt: timestamp("due_at", { withTimezone: true }).default(sql`clock_timestamp()`),
    tries: integer().notNull().default(0),
  },
  (table) => [index("exports_user_idx").on(table.userId, table.askedAt, table.id), index("exports_due_idx").on(table.dueAt).where(sql`${table.dueAt} is not null`)],
);

/** Accounts that are to be erased, a job each. No foreign key: it outlives the account, until nothing of it is left anywhere. */
export const accountDeletions = pgTable(
  "account_deletions",
  {
    userId: uuid("user_id").primaryKey(),
    /** By a session of the account, or by an administrator. */
    askedBy: text("asked_by", { enum: ["user", "admin"] }).notNull(),
    askedAt: time("asked_at").notNull().default(sql`clock_timestamp()`),
    dueAt: timestamp("due_at", { withTimezone: true }).notNull(),
    tries: integer().notNull().default(0),
    /** Since then there is no way back. */
    begunAt: time("begun_at"),
  },
  (table) => [index("account_deletions_due_idx").on(table.dueAt)],
);
