import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

/** To the microsecond: rounded up to the next millisecond, what is due now would not be due yet. */
const due = () => timestamp("due_at", { withTimezone: true }).notNull().default(sql`clock_timestamp()`);

/**
 * Accounts whose picture is to come from Gravatar. A row stands from the wish (sign-up, "Use Gravatar") until
 * Gravatar's picture is shown; an upload or a removal takes it away, so that a late answer finds no wish.
 */
export const avatarRequests = pgTable(
  "avatar_requests",
  {
    userId: uuid("user_id").primaryKey().references(() => users.id, { onDelete: "cascade" }),
    /** Of this wish: a newer one of the same account has another. */
    id: uuid().notNull(),
    /** When it is tried next; while it is being tried, when another process may take it over. */
    dueAt: due(),
    tries: integer().notNull().default(0),
    /** A pattern drawn here is shown meanwhile. */
    drawn: boolean().notNull().default(false),
    /** Where another provider keeps a new account's picture, and which one says so: it is tried before Gravatar. */
    picture: text(),
    provider: text(),
  },
  (table) => [index("avatar_requests_due_idx").on(table.dueAt)],
);

/**
 * Versions whose objects are to be deleted, those of uploads under way among them: a row is written before the
 * first object, and goes in the commit that shows the version. What a killed process leaves is deleted by this.
 * No foreign key: it outlives the account.
 */
export const avatarDeletions = pgTable(
  "avatar_deletions",
  {
    version: uuid().primaryKey(),
    userId: uuid("user_id").notNull(),
    dueAt: due(),
    /** From the first try on the version can never be shown again. */
    tries: integer().notNull().default(0),
  },
  (table) => [index("avatar_deletions_due_idx").on(table.dueAt)],
);
