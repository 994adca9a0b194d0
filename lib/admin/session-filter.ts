import { z } from "zod";
import { pageQuery } from "@/lib/core/page";
import { displayText } from "@/lib/core/text";
import { deviceKinds } from "@/lib/devices/schema";
import { networkSchema } from "./network";
import { sorts, statuses } from "./schema";

/** Which sessions are meant: every part that is given must hold. */
const filterShape = {
  /** How the e-mail address or the name begins, in any case. */
  q: displayText(254).optional(),
  ip: networkSchema.optional(),
  country: z.string().regex(/^[A-Za-z]{2}$/, "must be two letters").transform((code) => code.toUpperCase()).optional(),
  kind: z.enum(deviceKinds).optional(),
  userId: z.uuid().optional(),
};
const filterSchema = z.strictObject(filterShape);
export type SessionFilter = z.infer<typeof filterSchema>;

export const sessionsQuery = pageQuery.extend({ ...filterShape, status: z.enum(statuses).default("active"), sort: z.enum(sorts).default("newest") });
export type SessionsQuery = z.infer<typeof sessionsQuery>;

export const reasonSchema = displayText(200);

/** Only what lives can be ended. */
export const endMatchingInput = z.strictObject({
  ...filterShape,
  status: z.enum(["active", "all"]).optional(),
  /** Must be said: who forgets it must not end anything. */
  dryRun: z.boolean(),
  reason: reasonSchema.optional(),
});
export type EndMatchingInput = z.infer<typeof endMatchingInput>;

/** What of the input says which sessions are meant. */
export function filterOf({ q, ip, country, kind, userId }: SessionFilter): SessionFilter {
  return { ...(q && { q }), ...(ip && { ip }), ...(country && { country }), ...(kind && { kind }), ...(userId && { userId }) };
}
