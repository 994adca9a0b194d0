import { sql } from "drizzle-orm";
import { index, inet, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

/** The audit log. It outlives the account it speaks of: references are set to null, the words stay. */
export const events = pgTable(
  "events",
  {
    id: uuid().primaryKey(),
    /** Whose account it is about; null once that account is deleted, or when no account matched. */
    userId: uuid("user_id").references(() => users.id, { onDelete: "set null" }),
    type: text().notNull(),
    at: timestamp({ withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
    actor: text({ enum: ["user", "admin", "system"] }).notNull(),
    // No references: for each row that goes there PostgreSQL would look through the whole log here. What leads nowhere is shown as nothing.
    actorUserId: uuid("actor_user_id"),
    sessionId: uuid("session_id"),
    deviceId: uuid("device_id"),
    /** Kept here and not in `addresses`: a stranger's failed try is no address the account was used from. */
    address: inet(),
    country: text(),
    city: text(),
    detail: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    index("events_user_idx").on(table.userId, table.at, table.id),
    index("events_type_idx").on(table.type, table.at, table.id),
    index("events_at_idx").on(table.at, table.id),
    // What administrators did; of the others the actor is whom it is about.
    index("events_actor_idx").on(table.actorUserId, table.id).where(sql`${table.actorUserId} is distinct from ${table.userId}`),
    // Ends of which an administrator noted something, one by one, and many at once: those of one call have its note.
    index("events_noted_idx").on(table.id).where(sql`${table.type} = 'session.ended' and ${table.detail} ? 'note' and not (${table.detail} ? 'bulk')`),
    index("events_bulk_idx").on(sql`(${table.detail} ->> 'bulk')`).where(sql`${table.type} = 'session.ended' and ${table.detail} ? 'note'`),
  ],
);
