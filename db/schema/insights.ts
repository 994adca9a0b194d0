import { bigint, date, index, integer, pgTable, primaryKey, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { users } from "./users";

const account = () => uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" });

/**
 * The days of which figures are kept, in the operator's time zone as it was then (`TIME_ZONE`), and when each was last
 * counted from the ledger and the events, if it was.
 */
export const insightDays = pgTable("insight_days", {
  day: date({ mode: "string" }).primaryKey(),
  zone: text().notNull(),
  countedAt: timestamp("counted_at", { withTimezone: true }),
  /** When what has no history was last looked at on that day: uses of long sessions, factors, bytes. */
  lookedAt: timestamp("looked_at", { withTimezone: true }),
  /** When it last could not be counted, as where that takes longer than a statement may: it is tried again later. */
  failedAt: timestamp("failed_at", { withTimezone: true }),
});

/** How many of what, a day: the figures that outlive what they were counted from. */
export const insightCounts = pgTable(
  "insight_counts",
  {
    figure: text().notNull(),
    day: date({ mode: "string" }).notNull(),
    /** What of the figure: a country, a browser, a reason; empty where it has no parts, or where the part is not known. */
    key: text().notNull(),
    count: bigint({ mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.figure, table.day, table.key] }), index("insight_counts_day_idx").on(table.day)],
);

/** Who was there on a day, for as long as weeks and months are counted from it. */
export const insightPeople = pgTable("insight_people", { day: date({ mode: "string" }).notNull(), userId: account() }, (table) => [
  primaryKey({ columns: [table.day, table.userId] }),
  index("insight_people_user_idx").on(table.userId),
]);

/** Failed sign-ins of an account on a day; they stay in the counts when it is gone. */
export const insightFailures = pgTable("insight_failures", { day: date({ mode: "string" }).notNull(), userId: account(), count: integer().notNull() }, (table) => [
  primaryKey({ columns: [table.day, table.userId] }),
  index("insight_failures_user_idx").on(table.userId),
]);

/** The accounts with the most of them in so many days up to today. */
export const insightFailing = pgTable("insight_failing", { days: smallint().notNull(), userId: account(), count: integer().notNull() }, (table) => [
  primaryKey({ columns: [table.days, table.userId] }),
  index("insight_failing_user_idx").on(table.userId),
]);
