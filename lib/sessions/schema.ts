import { z } from "zod";
import { placeSchema } from "@/lib/addresses/schema";
import { deviceSchema } from "@/lib/devices/schema";

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
] as const;
export type EndReason = (typeof endReasons)[number];

export const sessionSchema = z.strictObject({
  id: z.uuid(),
  current: z.boolean(),
  client: z.enum(["browser", "native"]),
  device: deviceSchema,
  ip: placeSchema,
  createdAt: z.string(),
  lastSeenAt: z.string(),
  /** When it ends without further use. */
  expiresAt: z.string(),
  absoluteExpiresAt: z.string(),
  endedAt: z.string().nullable(),
  endReason: z.enum(endReasons).nullable(),
});
export type Session = z.infer<typeof sessionSchema>;
