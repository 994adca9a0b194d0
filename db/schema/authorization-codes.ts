import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { sessions } from "./sessions";
import { users } from "./users";

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

/** What an app said of the device that it runs on, as it was shown to who let it in. */
export type AuthorizedDevice = { name?: string | undefined; platform?: string | undefined; appVersion?: string | undefined };

/** A code that the system browser brings to an app, which exchanges it for tokens once (RFC 6749, 4.1; RFC 8252). */
export const authorizationCodes = pgTable(
  "authorization_codes",
  {
    /** SHA-256 of the code, base64url; the code itself is kept nowhere. */
    hash: text().primaryKey(),
    userId: uuid("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
    /** The account's counter when it was given: it must be the same when it is exchanged. */
    ways: integer().notNull(),
    /** The session that gave it: it counts only while that has not ended. */
    sessionId: uuid("session_id").notNull().references(() => sessions.id, { onDelete: "cascade" }),
    /** What only the app can meet that asked (PKCE, RFC 7636): SHA-256 of its verifier, base64url. */
    challenge: text().notNull(),
    redirectUri: text("redirect_uri").notNull(),
    device: jsonb().$type<AuthorizedDevice>().notNull().default({}),
    createdAt: time("created_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: time("expires_at").notNull(),
    spentAt: time("spent_at"),
    /** The session that it began: it ends when the code comes a second time. No reference: the code outlives neither. */
    begunSessionId: uuid("begun_session_id"),
  },
  (table) => [index("authorization_codes_user_idx").on(table.userId), index("authorization_codes_session_idx").on(table.sessionId), index("authorization_codes_expires_idx").on(table.expiresAt)],
);
