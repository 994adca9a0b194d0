import { z } from "zod";

/** A picture, as a form sends it. */
export const avatarFile = z.strictObject({ file: z.instanceof(Uint8Array).meta({ type: "string", format: "binary" }) });

export const avatarSource = z.strictObject({ source: z.literal("gravatar") });

/** What a new picture is made from: a file that was sent, or the account's Gravatar. */
export const avatarInput = z.union([avatarFile, avatarSource], { error: 'must be a file in the field "file", or {"source":"gravatar"}' });
