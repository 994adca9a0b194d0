import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

/** A browser or app as one account knows it; several accounts in one browser have a row each. */
export const devices = pgTable(
  "devices",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    /** What the sealed device cookie names. */
    browserId: uuid("browser_id").notNull(),
    /** The owner's own name for it, if given. */
    givenName: text("given_name"),
    /** The name made from user agent and client hints, as "Chrome on Linux". */
    derivedName: text("derived_name").notNull(),
    browser: text(),
    os: text(),
    kind: text({ enum: ["desktop", "mobile", "tablet", "app", "unknown"] }).notNull(),
    userAgent: text("user_agent").notNull(),
    firstSeenAt: timestamp("first_seen_at", { withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
    lastSeenAt: timestamp("last_seen_at", { withTimezone: true, precision: 3 }).notNull().default(sql`clock_timestamp()`),
    /** A second step given here is not asked for again until then, while the account's counter is as it was. */
    trustedUntil: timestamp("trusted_until", { withTimezone: true, precision: 3 }),
    trustedWays: integer("trusted_ways"),
    /** A forgotten device leaves the lists; its past sessions and events still name it. */
    forgottenAt: timestamp("forgotten_at", { withTimezone: true, precision: 3 }),
  },
  (table) => [
    uniqueIndex("devices_user_browser_key").on(table.userId, table.browserId).where(sql`${table.forgottenAt} is null`),
    index("devices_user_idx").on(table.userId, table.id),
    index("devices_kind_idx").on(table.kind),
    // Of the figures: a day's new devices, without a look at all of them.
    index("devices_first_seen_idx").on(table.firstSeenAt),
  ],
);
