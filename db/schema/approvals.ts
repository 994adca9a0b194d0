import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { attempts } from "./attempts";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** A question to an account's other devices: whether an attempt is their owner's (ACCOUNTS 8). It has one answer. */
export const approvals = pgTable(
  "approvals",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    attemptId: uuid("attempt_id").notNull().references(() => attempts.id, { onDelete: "cascade" }),
    /** The account's counter when it was asked. */
    ways: integer().notNull(),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: time("expires_at").notNull(),
    answer: text({ enum: ["approved", "refused"] }),
    answeredAt: time("answered_at"),
    /** The session that answered: an approval counts only while it has not ended. No reference: the attempt outlives neither. */
    answeredBy: uuid("answered_by"),
  },
  (table) => [index("approvals_user_idx").on(table.userId, table.createdAt), index("approvals_attempt_idx").on(table.attemptId)],
);
