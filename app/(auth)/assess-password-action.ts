"use server";

import { z } from "zod";
import { assessNewPassword } from "@/lib/auth/assess-new-password";
import { patienceOf } from "@/lib/auth/attempt-limits";
import { action } from "@/lib/web/action";

const form = z.strictObject({
  password: z.string().max(4096),
  name: z.string().max(1024).optional(),
  email: z.string().max(1024).optional(),
});

/** What the strength bar shows while a password is chosen. Nothing is kept; the same judgement is passed again when it is set. */
export const assessPasswordAction = action(form, async (context, { password, name, email }) => {
  const personal = [name, email].filter((text) => text !== undefined);
  return assessNewPassword(context, password, personal, patienceOf(context));
});
