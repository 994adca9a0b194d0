import { z } from "zod";
import { type ErrorCode, errorTable, type Failure } from "./errors";

/** The body of every failure (RFC 9457), as `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
    /** With `invalid_code`. */
    triesLeft: z.int().optional(),
    /** With `proof_required`. */
    ways: z.array(z.string()).optional(),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;

/** A failure in the fixed words of the table. */
export function problemOf({ failure, detail, errors = [], triesLeft, ways }: Failure): Problem {
  const { status, title } = errorTable[failure];
  return { type: `urn:latchkey:error:${failure}`, title, status, code: failure, detail: detail ?? title, errors: [...errors], ...(triesLeft !== undefined && { triesLeft }), ...(ways && { ways: [...ways] }) };
}
