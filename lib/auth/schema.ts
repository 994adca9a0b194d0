import { z } from "zod";
import { sessionSchema } from "@/lib/sessions/schema";
import { nameSchema, userSchema } from "@/lib/users/schema";

/**
 * An e-mail address as typed: NFC, trimmed. `emailKey` makes of it what is compared.
 * Control characters are refused; at most 254 characters (RFC 5321, 4.5.3.1.3).
 */
export const emailSchema = z
  .string()
  .max(1024)
  .transform((text) => text.normalize("NFC").trim())
  .pipe(z.email({ pattern: z.regexes.unicodeEmail, error: "is not an email address" }).max(254));

/** At sign-in any password is taken as it is; its rules are applied when it is set. */
const anyPassword = z.string().max(4096);

export const signInInput = z.strictObject({
  email: emailSchema,
  password: anyPassword,
  remember: z.boolean().optional(),
});
export type SignInInput = z.infer<typeof signInInput>;

export const signUpInput = z.strictObject({
  email: emailSchema,
  password: anyPassword,
  name: nameSchema,
  remember: z.boolean().optional(),
});
export type SignUpInput = z.infer<typeof signUpInput>;

export const passwordInput = z.strictObject({ currentPassword: anyPassword, newPassword: anyPassword });
export type PasswordInput = z.infer<typeof passwordInput>;

export const signedInSchema = z.strictObject({ user: userSchema, session: sessionSchema });
export type SignedIn = z.infer<typeof signedInSchema>;
