import { z } from "zod";

/**
 * A line of text that people see: NFC, trimmed, counted in code points. Refused are control
 * characters (NUL breaks PostgreSQL) and direction overrides (U+202E shows a name backwards).
 */
export function displayText(minimum: number, maximum: number) {
  return z
    .string()
    .max(maximum * 8)
    .transform((text) => text.normalize("NFC").trim())
    .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text), "must not contain control characters")
    .refine((text) => [...text].length >= minimum, minimum === 1 ? "must not be empty" : `must have at least ${minimum} characters`)
    .refine((text) => [...text].length <= maximum, `must have at most ${maximum} characters`);
}
