import { z } from "zod";
import { displayText } from "@/lib/core/text";

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
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
});
export type Device = z.infer<typeof deviceSchema>;

export const deviceNameInput = z.strictObject({ name: displayText(1, 64).nullable() });
export type DeviceNameInput = z.infer<typeof deviceNameInput>;
