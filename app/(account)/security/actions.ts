"use server";

import { z } from "zod";
import { changePassword } from "@/lib/auth/change-password";
import { passwordInput } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { userAction } from "@/lib/web/action";

/** `username` is there for password managers. */
const form = passwordInput.extend({ username: z.string().optional() });

export const changePasswordAction = userAction(form, async (context, { currentPassword, newPassword }) => {
  const failure = await changePassword(context, { currentPassword, newPassword });
  return isFailure(failure) ? failure : null;
});
