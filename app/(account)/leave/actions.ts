"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import { emailKey } from "@/lib/auth/email-key";
import { requireProof } from "@/lib/auth/require-proof";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { askForExport } from "@/lib/leaving/ask-for-export";
import { findUser } from "@/lib/users/find-user";
import { type Lead, leadTo, setCookies, userAction } from "@/lib/web/action";
import { confirmFirst, orConfirmFirst } from "@/lib/web/confirm-first";
import { readProof } from "@/lib/web/proof-cookie";
import { clearedTypedCookie } from "@/lib/web/typed-cookie";

const PAGE = "/leave";

/** `anew`: the address of the page says what became of a download, which is not said any more. */
const exportForm = z.strictObject({ anew: z.literal("on").optional() });

export const makeExportAction = userAction(exportForm, async (context, { anew }): Promise<Failure | Lead | null> => {
  const asked = await askForExport(context, { secret: readProof(context.settings, await headers()) });
  refresh();
  return orConfirmFirst(context, isFailure(asked) ? asked : anew ? leadTo(PAGE) : null, PAGE, { about: "export" });
});

/** `email`: the account's own address, typed, so that nobody does it by a slip. `plain` comes from a page without scripts. */
const deletionForm = z.strictObject({ email: z.string().max(1024), plain: z.literal("on").optional() });

export const deleteAccountAction = userAction(deletionForm, async (context, { email, plain }): Promise<Failure | Lead | null> => {
  const proof = { secret: readProof(context.settings, await headers()) };
  const unproven = await requireProof(context, proof);
  if (unproven) return unproven.failure === "proof_required" ? confirmFirst(context, PAGE, { about: "delete", email }, "delete") : unproven;
  const user = await findUser(context, context.actor.userId);
  if (emailKey(email) !== user?.emailKey) return fail("invalid_input", { errors: [{ path: "email", message: "This is not the address of your account." }] });
  const asked = await askForDeletion(context, proof);
  if (isFailure(asked)) return asked;
  await setCookies([clearedTypedCookie(context.settings)]);
  // Whose session has ended is told there why, and how the account is kept; a page with scripts hears of the end and goes by itself.
  return plain ? leadTo("/sign-in?ended=1") : null;
});
