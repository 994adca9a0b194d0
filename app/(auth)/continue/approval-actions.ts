"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { z } from "zod";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { type Failure, isFailure } from "@/lib/core/errors";
import { action, type Lead, leadTo } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { attemptCredential } from "@/lib/web/current-attempt";
import { afterProof } from "./after-proof";

const nothing = z.strictObject({});

export const askApprovalAction = action(nothing, async (context): Promise<Failure | Lead | null> => {
  const asked = await askForApproval(context, await attemptCredential(context));
  if (isFailure(asked)) return asked.failure === "attempt_over" ? leadTo("/continue") : asked;
  refresh();
  return null;
});

/** The page sends it by itself once another device has answered; before that nothing comes of it. */
export const proveApprovalAction = action(nothing, async (context): Promise<Failure | Lead | null> => {
  const { prior } = await readBrowser(context.settings, (await headers()).get("cookie"));
  const credential = await attemptCredential(context);
  const proven = await proveAttempt(context, credential, { method: "approval" }, { prior });
  if (!isFailure(proven)) return afterProof(context, proven);
  if (proven.failure !== "attempt_over") return proven;
  // The device that let it in was signed out meanwhile: it stands open, and leads nowhere. One that was sent twice asks for this no more.
  await cancelAttempt(context, credential, ({ asked }) => asked.includes("approval"));
  return leadTo("/continue");
});
