import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, smallint, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { addresses } from "./addresses";
import { devices } from "./devices";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/**
 * Which ends can have left a record in some Redis: all but those that were found expired, for whoever found that had
 * asked Redis, and it was gone there (the absolute end comes to a record that still stands).
 */
export const leftRecord = sql`(end_reason <> 'expired' or ended_at = absolute_expires_at)`;

/**
 * Until when such a record can live: one ttl after its last use. UTC's time without a zone, as no index takes an
 * expression that a zone has a say in; made of what every version of the app writes.
 */
export const recordLivesUntil = sql`((ended_at at time zone 'UTC') + make_interval(secs => ttl_seconds))`;

/** The ledger: when and where each session began, when it was last used, when and why it ended. */
export const sessions = pgTable(
  "sessions",
  {
    id: uuid().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    deviceId: uuid("device_id").notNull().references(() => devices.id, { onDelete: "cascade" }),
    addressId: uuid("address_id").notNull().references(() => addresses.id, { onDelete: "cascade" }),
    client: text({ enum: ["browser", "native"] }).notNull(),
    /** SHA-256 of the secret in the sealed cookie. */
    secretHash: text("secret_hash").notNull(),
    /** Of its last step-up (a sign-in is one): SHA-256 of what its holder was given, when, and the account's `ways` then. */
    proofHash: text("proof_hash"),
    provenAt: time("proven_at"),
    proofWays: integer("proof_ways"),
    /** The other provider by whose word it began, if any: its name here, and what it calls the account and its own session, which a back-channel logout names. */
    provider: text(),
    providerSubject: text("provider_subject"),
    providerSid: text("provider_sid"),
    /** The session's own idle time, fixed when it begins. */
    ttlSeconds: integer("ttl_seconds").notNull(),
    createdAt: time("created_at").notNull(),
    lastSeenAt: time("last_seen_at").notNull(),
    /** Last use is not exact: it was at this time or later (Redis lost it), or was noted without Redis. */
    lastSeenIsBound: boolean("last_seen_is_bound").notNull().default(false),
    /** The projection: last known use + ttl. The session may have been used since. */
    expiresAt: time("expires_at").notNull(),
    absoluteExpiresAt: time("absolute_expires_at").notNull(),
    /** When Redis was last asked for the last use. */
    checkedAt: time("checked_at").notNull(),
    /** When the sweeper looks next: half a ttl after the last check, or when the projection passes. */
    checkDueAt: time("check_due_at").notNull(),
    endedAt: time("ended_at"),
    endReason: text("end_reason", {
      enum: ["signed_out", "ended_by_user", "ended_all", "ended_by_admin", "over_limit", "expired", "password_changed", "account_disabled", "token_reused", "password_reset", "not_me", "email_undone", "ended_by_provider", "deleted"],
    }),
    /** When the end was written; `endedAt` of an expired session lies before it. Replay selects by this. */
    endRecordedAt: time("end_recorded_at"),
    /** The last use that Redis knew has been copied into this row of an ended session. */
    endSettled: boolean("end_settled").notNull().default(false),
    /** The session from which it was ended, if another one of the owner's or an administrator's. */
    endedBySessionId: uuid("ended_by_session_id"),
    /** When its owner was told that it ends for good, if ever. */
    remindedAt: time("reminded_at"),
  },
  (table) => [
    index("sessions_user_open_idx").on(table.userId).where(sql`${table.endedAt} is null`),
    index("sessions_user_ended_idx").on(table.userId, table.endedAt, table.id).where(sql`${table.endedAt} is not null`),
    // The lists of administrators, newest first, so read backwards (drizzle's `desc()` sorts nulls last, which no `order by … desc` matches); both halves together are the list of all.
    index("sessions_open_created_idx").on(table.createdAt, table.id).where(sql`${table.endedAt} is null`),
    index("sessions_ended_created_idx").on(table.createdAt, table.id).where(sql`${table.endedAt} is not null`),
    index("sessions_device_idx").on(table.deviceId),
    index("sessions_address_idx").on(table.addressId),
    index("sessions_replay_idx").on(table.endRecordedAt, table.id).where(sql`${table.endRecordedAt} is not null`),
    index("sessions_after_loss_idx").on(recordLivesUntil, table.id).where(sql`${table.endRecordedAt} is not null and ${leftRecord}`),
    index("sessions_due_idx").on(table.checkDueAt, table.id).where(sql`${table.endedAt} is null`),
    index("sessions_provider_subject_idx").on(table.provider, table.providerSubject).where(sql`${table.provider} is not null`),
    index("sessions_provider_sid_idx").on(table.provider, table.providerSid).where(sql`${table.providerSid} is not null`),
    index("sessions_ending_idx").on(table.absoluteExpiresAt, table.id).where(sql`${table.endedAt} is null and ${table.remindedAt} is null`),
  ],
);

/**
 * What PostgreSQL remembers of Redis, in one row: each node's `run_id` and watermark
 * (milliseconds of PostgreSQL's clock), and when Redis was last found to have lost something.
 */
export const redisMemory = pgTable("redis_memory", {
  id: smallint().primaryKey().default(1),
  nodes: jsonb().$type<Record<string, { runId: string | null; watermark: number }>>().notNull().default({}),
  lostAt: time("lost_at"),
});
