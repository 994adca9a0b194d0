"use server";

import { headers } from "next/headers";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { emailInput } from "@/lib/auth/schema";
import { type Failure, fail } from "@/lib/core/errors";
import { action } from "@/lib/web/action";
import { readDeviceCookie } from "@/lib/web/device-cookie";

/** Answers every address alike, with nothing but what was typed. */
export const forgotAction = action(emailInput, async (context, { email }): Promise<Failure | { email: string }> => {
  if (!context.mailer) return fail("not_found");
  await askForReset(context, email, await readDeviceCookie(context.settings, (await headers()).get("cookie")));
  return { email };
});
