import { z } from "zod";
import { displayText } from "@/lib/core/text";
import { timeSchema } from "@/lib/core/time-schema";

export const imageSchema = z.strictObject({ small: z.string(), medium: z.string(), large: z.string() });

export const userSchema = z.strictObject({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  image: imageSchema.nullable(),
  role: z.string(),
  emailVerified: z.boolean(),
  createdAt: timeSchema,
}).meta({ id: "User" });
export type User = z.infer<typeof userSchema>;

export const publicUserSchema = userSchema.pick({ id: true, name: true, image: true }).meta({ id: "PublicUser" });
export type PublicUser = z.infer<typeof publicUserSchema>;

export const nameSchema = displayText(100);
export const profileInput = z.strictObject({ name: nameSchema });
export type ProfileInput = z.infer<typeof profileInput>;

export const preferencesInput = z.strictObject({ approveNewDevices: z.boolean().optional(), secondStep: z.boolean().optional(), remindOfEnds: z.boolean().optional() });
export type PreferencesInput = z.infer<typeof preferencesInput>;

/** What somebody chose for their account, as it stands. */
export const preferencesSchema = z.strictObject({
  /** They are asked before a device that the account does not know signs in. */
  approveNewDevices: z.boolean(),
  /** Something is asked beyond a password; always with an authenticator app. */
  secondStep: z.boolean(),
  /** A mail before a session in use ends for good; only to an address that was proven. */
  remindOfEnds: z.boolean(),
  /** When the second step was just switched on for the first time: shown once. */
  recoveryCodes: z.array(z.string()).optional(),
}).meta({ id: "Preferences" });
export type Preferences = z.infer<typeof preferencesSchema>;
