import { z } from "zod";

/** A time in an answer, as `iso` writes it. Not checked again on its way out. */
export const timeSchema = z.string().meta({ format: "date-time" });
