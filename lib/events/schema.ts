import { z } from "zod";
import { placeSchema } from "@/lib/addresses/schema";
import { timeSchema } from "@/lib/core/time-schema";

export const eventTypes = [
  "account.created",
  "sign_in.succeeded",
  "sign_in.failed",
  "sign_in.refused",
  "session.ended",
  "session.address_changed",
  "device.named",
  "device.forgotten",
  "password.changed",
  "password.reset",
  "email.verified",
  "email.changed",
  "email.change_undone",
  "password.compromised",
  "factor.added",
  "factor.removed",
  "factors.reset",
  "recovery_code.used",
  "passkey.counter_went_back",
  "approval.given",
  "approval.refused",
  "identity.linked",
  "identity.unlinked",
  "sign_in.not_me",
  "reset_link.made",
  "profile.changed",
  "request.refused",
  "export.made",
  "deletion.asked",
  "deletion.cancelled",
  "token.reuse_detected",
  "avatar.uploaded",
  "avatar.regenerated",
  "avatar.removed",
  "role.changed",
  "account.disabled",
  "account.enabled",
  "sessions.bulk_ended",
] as const;
export type EventType = (typeof eventTypes)[number];

export const eventSchema = z.strictObject({
  id: z.uuid(),
  type: z.enum(eventTypes),
  at: timeSchema,
  actor: z.enum(["user", "admin", "system"]),
  sessionId: z.uuid().nullable(),
  device: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
  ip: placeSchema.nullable(),
  detail: z.record(z.string(), z.unknown()),
}).meta({ id: "Event" });
export type Event = z.infer<typeof eventSchema>;
