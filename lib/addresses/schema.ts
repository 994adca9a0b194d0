import { z } from "zod";

/** Where an address is, as far as the installed database tells. */
export const placeSchema = z.strictObject({
  address: z.string(),
  country: z.string().nullable(),
  city: z.string().nullable(),
});
export type Place = z.infer<typeof placeSchema>;

export const ipSchema = placeSchema.extend({
  id: z.uuid(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  active: z.boolean(),
});
export type Ip = z.infer<typeof ipSchema>;
