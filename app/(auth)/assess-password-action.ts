"use server";

import { z } from "zod";
import { assessPassword } from "@/lib/auth/assess-password";
import { action } from "@/lib/web/action";

const form = z.strictObject({
  password: z.string().max(4096),
  name: z.string().max(1024).optional(),
  email: z.string().max(1024).optional(),
});

/** What the strength bar shows while a password is chosen. Nothing is kept; the same judgement is passed again when it is set. */
export const assessPasswordAction = action(form, async ({ settings }, { password, name, email }) => {
  return assessPassword(password, [name, email].filter((text) => text !== undefined), settings.PASSWORD_MIN_LENGTH);
});
