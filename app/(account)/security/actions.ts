"use server";

import { headers } from "next/headers";
import { z } from "zod";
import type { BegunAttempt } from "@/lib/auth/begin-attempt";
import { beginEmailChange, beginEmailProof } from "@/lib/auth/begin-email-change";
import { changePassword } from "@/lib/auth/change-password";
import { emailInput, passwordInput } from "@/lib/auth/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { type Lead, leadTo, setCookies, setUpAction, userAction } from "@/lib/web/action";
import { attemptCookie } from "@/lib/web/attempt-cookie";
import { confirmFirst } from "@/lib/web/confirm-first";
import { readProof } from "@/lib/web/proof-cookie";
import { clearedTypedCookie } from "@/lib/web/typed-cookie";

/** `username` is there for password managers. */
const form = passwordInput.extend({ username: z.string().optional() });

export const changePasswordAction = userAction(form, async (context, { currentPassword, newPassword }): Promise<Failure | Lead | null> => {
  const failure = await changePassword(context, { currentPassword, newPassword }, { secret: readProof(context.settings, await headers()) });
  // What was typed here is kept nowhere: it is typed again.
  if (isFailure(failure)) return failure.failure === "proof_required" ? confirmFirst(context, "/security") : failure;
  return null;
});

export const changeEmailAction = userAction(emailInput, async (context, { email }): Promise<Failure | Lead | null> => {
  if (!context.mailer) return fail("not_found");
  const begun = await beginEmailChange(context, { email }, "browser", { secret: readProof(context.settings, await headers()) });
  if (isFailure(begun)) return begun.failure === "proof_required" ? confirmFirst(context, "/security", { email }) : begun;
  return goOn(context, begun);
});

export const confirmEmailAction = setUpAction(z.strictObject({}), async (context): Promise<Failure | Lead | null> => {
  if (!context.mailer) return fail("not_found");
  const begun = await beginEmailProof(context, "browser");
  return isFailure(begun) ? begun : goOn(context, begun);
});

/** To the page that asks for the code. */
async function goOn({ settings }: UserContext, { credential }: BegunAttempt): Promise<Lead> {
  await setCookies([await attemptCookie(settings, credential), clearedTypedCookie(settings)]);
  return leadTo("/continue");
}
