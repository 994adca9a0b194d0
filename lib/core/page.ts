import { z } from "zod";
import { type Failure, fail } from "./errors";

/** `Page<T>`: `items` and, while there is more, the cursor of the next page. */
export type Page<T> = { items: T[]; nextCursor: string | null };

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A cursor is opaque to clients: base64url of a JSON array of the last row's sort keys. */
export function encodeCursor(keys: readonly (string | number | readonly string[])[]): string {
  return Buffer.from(JSON.stringify(keys)).toString("base64url");
}

/** A time among a cursor's keys, one that PostgreSQL can read: it knows no year 0. */
export const cursorTime = z.iso.datetime({ precision: 3 }).refine((text) => !text.startsWith("0000"));

/** The keys that the page goes on after, as in the cursor; null without one. Errors: `invalid_input`. */
export function decodeCursor<T extends z.ZodType>(cursor: string | undefined, keys: T): z.infer<T> | null | Failure {
  if (cursor === undefined) return null;
  try {
    const bytes = Buffer.from(cursor, "base64url");
    // Node skips what is no base64url.
    if (bytes.toString("base64url") !== cursor) throw new Error("not as it was given");
    return keys.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return fail("invalid_input", { errors: [{ path: "cursor", message: "is none of ours" }] });
  }
}

/** `?limit=` 1…100 (50) and `?cursor=`; out of range is an error, not clamped. */
export const pageQuery = z.strictObject({
  limit: z
    .string()
    .refine((text) => /^\d{1,3}$/.test(text), "must be a number from 1 to 100")
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(50)
    .meta({ type: "integer", minimum: 1, maximum: 100, default: 50, description: "How many at most" }),
  cursor: z.string().max(512).optional().meta({ description: "`nextCursor` of the page before" }),
});
export type PageQuery = z.infer<typeof pageQuery>;
