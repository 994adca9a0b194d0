import { z } from "zod";
import { deviceInput } from "@/lib/devices/schema";
import { sessionSchema } from "@/lib/sessions/schema";
import { tokensSchema } from "@/lib/tokens/schema";
import { nameSchema, userSchema } from "@/lib/users/schema";

/**
 * Local part and domain as RFC 5321 and RFC 6531 allow them without quotes. No control, format or
 * direction characters, so that an address is shown as what it is.
 */
const ADDRESS = /^(?!\.)(?!.*\.\.)[^\p{C}\p{Z}@"<>()[\]\\,;:]{1,64}(?<!\.)@(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?\.)+[\p{L}\p{N}\p{M}-]{2,63}$/u;

/** An e-mail address as typed: NFC, trimmed, at most 254 characters (RFC 5321, 4.5.3.1.3). `emailKey` makes of it what is compared. */
export const emailSchema = z
  .string()
  .max(1024)
  .transform((text) => text.normalize("NFC").trim())
  .refine((text) => text.length <= 254 && ADDRESS.test(text), "is not an email address");

/** At sign-in any password is taken as it is; its rules are applied when it is set. */
const anyPassword = z.string().max(4096);

/** A browser holds its session by a cookie, a native client by tokens. */
const client = z.enum(["browser", "native"]).optional();
const device = deviceInput.optional();

export const signInInput = z.strictObject({
  email: emailSchema,
  password: anyPassword,
  remember: z.boolean().optional(),
  client,
  device,
});
export type SignInInput = z.infer<typeof signInInput>;

export const signUpInput = z.strictObject({
  email: emailSchema,
  password: anyPassword,
  name: nameSchema,
  remember: z.boolean().optional(),
  client,
  device,
});
export type SignUpInput = z.infer<typeof signUpInput>;

export const passwordInput = z.strictObject({ currentPassword: anyPassword, newPassword: anyPassword });
export type PasswordInput = z.infer<typeof passwordInput>;

export const signedInSchema = z.strictObject({ user: userSchema, session: sessionSchema });
export type SignedIn = z.infer<typeof signedInSchema>;

/** The answer to signing in or up. For a native client with tokens, and what makes it the same device next time. */
export const signInAnswer = signedInSchema.extend({ tokens: tokensSchema.optional(), deviceToken: z.string().optional() });
export type SignInAnswer = z.infer<typeof signInAnswer>;
