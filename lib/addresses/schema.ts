import { z } from "zod";
import { timeSchema } from "@/lib/core/time-schema";

/** Where an address is, as far as the installed database tells. */
export const placeSchema = z.strictObject({
  address: z.string(),
  country: z.string().nullable(),
  city: z.string().nullable(),
});
export type Place = z.infer<typeof placeSchema>;

export const ipSchema = placeSchema.extend({
  id: z.uuid(),
  firstSeenAt: timeSchema,
  lastSeenAt: timeSchema,
  active: z.boolean(),
}).meta({ id: "Ip" });
export type Ip = z.infer<typeof ipSchema>;
