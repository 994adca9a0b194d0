import { z } from "zod";
import { timeSchema } from "@/lib/core/time-schema";

export const exportSchema = z
  .strictObject({
    id: z.uuid(),
    at: timeSchema,
    state: z.enum(["making", "ready", "gone"]),
    /** Of the file; null until it is there. */
    bytes: z.int().nullable(),
    /** Until when it is kept; null until it is there. */
    goneAt: timeSchema.nullable(),
  })
  .meta({ id: "Export" });
export type Export = z.infer<typeof exportSchema>;

/** When the account is erased, unless it is kept. */
export const deletionSchema = z.strictObject({ dueAt: timeSchema });
export type Deletion = z.infer<typeof deletionSchema>;
