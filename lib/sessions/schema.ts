import { z } from "zod";
import { placeSchema } from "@/lib/addresses/schema";
import { timeSchema } from "@/lib/core/time-schema";
import { deviceSchema } from "@/lib/devices/schema";
import type { Event } from "@/lib/events/schema";

export const endReasons = [
  "signed_out",
  "ended_by_user",
  "ended_all",
  "ended_by_admin",
  "over_limit",
  "expired",
  "password_changed",
  "account_disabled",
  "token_reused",
  "password_reset",
  "not_me",
  "email_undone",
  "ended_by_provider",
  "deleted",
] as const;
export type EndReason = (typeof endReasons)[number];

/** Null for one that this version does not know: in a rolling upgrade newer processes end sessions too. */
export function knownEndReason(reason: string | null): EndReason | null {
  return endReasons.find((known) => known === reason) ?? null;
}

/** Of the sessions that have ended, how many the pages of their owner show at most. */
export const PAST_AT_MOST = 200;

/** So many days before a session ends for good its owner is told, */
export const REMINDED_BEFORE_DAYS = 3;
/** if it was used in so many days, */
export const USED_WITHIN_DAYS = 7;
/** and was to live for longer than so many: of a short one that was said all along. */
export const SHORT_LIFE_DAYS = 7;

export const sessionSchema = z.strictObject({
  id: z.uuid(),
  current: z.boolean(),
  client: z.enum(["browser", "native"]),
  device: deviceSchema,
  ip: placeSchema,
  createdAt: timeSchema,
  lastSeenAt: timeSchema,
  /** When it ends without further use. */
  expiresAt: timeSchema,
  absoluteExpiresAt: timeSchema,
  endedAt: timeSchema.nullable(),
  endReason: z.enum(endReasons).nullable(),
}).meta({ id: "Session" });
export type Session = z.infer<typeof sessionSchema>;

/** An event; beside a sign-in the session that it began, while the ledger has it, and when that ended (null: it lives). */
export type Activity = { event: Event; session: { endedAt: string | null } | null };
