import { z } from "zod";

/** What a new picture is made from: a file that was sent, or the account's Gravatar. */
export const avatarInput = z.union([z.strictObject({ file: z.instanceof(Uint8Array) }), z.strictObject({ source: z.literal("gravatar") })], {
  error: 'must be a file in the field "file", or {"source":"gravatar"}',
});
