import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { sessions } from "./sessions";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** The refresh tokens of each native session: one line, in which every token but the last has been used. */
export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    /** SHA-256 of the token, base64url; the token itself is kept nowhere. */
    hash: text().primaryKey(),
    sessionId: uuid("session_id").notNull().references(() => sessions.id, { onDelete: "cascade" }),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: time("expires_at").notNull(),
    usedAt: time("used_at"),
    /** With its first use: a digest of the network and the device that it came from (lib/tokens/used-from.ts). */
    usedFrom: text("used_from"),
    /** With its first use: the SESSION_SECRETS id of the key by which its successor is derived, again and again. */
    successorKeyId: integer("successor_key_id"),
    successorHash: text("successor_hash"),
  },
  (table) => [index("refresh_tokens_session_idx").on(table.sessionId), index("refresh_tokens_expires_idx").on(table.expiresAt)],
);

/** Access tokens that were revoked one by one, until they expire by themselves. */
export const revokedTokens = pgTable(
  "revoked_tokens",
  {
    jti: uuid().primaryKey(),
    sessionId: uuid("session_id").notNull().references(() => sessions.id, { onDelete: "cascade" }),
    userId: uuid("user_id").notNull(),
    /** Replay selects by this. */
    revokedAt: time("revoked_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: time("expires_at").notNull(),
  },
  (table) => [index("revoked_tokens_session_idx").on(table.sessionId), index("revoked_tokens_replay_idx").on(table.revokedAt), index("revoked_tokens_expires_idx").on(table.expiresAt)],
);
