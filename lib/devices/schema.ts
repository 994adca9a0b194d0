import { z } from "zod";
import { displayText } from "@/lib/core/text";
import { timeSchema } from "@/lib/core/time-schema";

export const deviceKinds = ["desktop", "mobile", "tablet", "app", "unknown"] as const;

export const deviceSchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  named: z.boolean(),
  browser: z.string().nullable(),
  os: z.string().nullable(),
  kind: z.enum(deviceKinds),
  userAgent: z.string(),
  current: z.boolean(),
  active: z.boolean(),
  firstSeenAt: timeSchema,
  lastSeenAt: timeSchema,
  /** Until when a second step is not asked for there; null where it is. */
  trustedUntil: timeSchema.nullable(),
}).meta({ id: "Device" });
export type Device = z.infer<typeof deviceSchema>;

/** What a client says of the device that it signs in from; `token` names one that was here before. */
export const deviceInput = z.strictObject({
  name: displayText(64).optional(),
  platform: displayText(64).optional(),
  appVersion: displayText(32).optional(),
  token: z.string().max(4096).optional(),
});
export type DeviceInput = z.infer<typeof deviceInput>;

export const deviceNameInput = z.strictObject({ name: displayText(64).nullable() });
export type DeviceNameInput = z.infer<typeof deviceNameInput>;
