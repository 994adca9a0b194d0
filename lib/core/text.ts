import { z } from "zod";

/**
 * Anything that leaves a mark. White space, what is ignored by default (zero-width space, Hangul fillers, tags; UAX 44)
 * and marks that need a letter below them leave none, nor does what counts as visible and is drawn blank: the empty
 * Braille pattern, the musical null notehead, the Egyptian blanks.
 */
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{M}\u2800\u{1D159}\u{13441}\u{13442}]/u;

/**
 * A line of text that people see: NFC, trimmed, counted in code points. Refused are control
 * characters (NUL breaks PostgreSQL), direction overrides (U+202E shows a name backwards) and what shows nothing at all
 * (nobody could tell whose session it is, or click it).
 */
export function displayText(maximum: number) {
  return z
    .string()
    .max(maximum * 8)
    .transform((text) => text.normalize("NFC").trim())
    .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text), "must not contain control characters")
    .refine((text) => visible.test(text), { error: ({ input }) => (input === "" ? "must not be empty" : "must have something that can be seen") })
    .refine((text) => [...text].length <= maximum, `must have at most ${maximum} characters`);
}
