import { sql } from "drizzle-orm";
import { index, pgTable, inet, text, timestamp, unique, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

/** The network addresses an account was used from, with the place as known when it was last noted. */
export const addresses = pgTable(
  "addresses",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    address: inet().notNull(),
    /** ISO 3166-1 alpha-2. */
    country: text(),
    city: text(),
    firstSeenAt: timestamp("first_seen_at", { withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
    lastSeenAt: timestamp("last_seen_at", { withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    unique("addresses_user_address_key").on(table.userId, table.address),
    index("addresses_address_idx").on(table.address),
    index("addresses_country_idx").on(table.country),
  ],
);
