"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { type Failure, isFailure } from "@/lib/core/errors";
import { keepAccount } from "@/lib/leaving/keep-account";
import { action, type Lead, leadTo } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { attemptCredential } from "@/lib/web/current-attempt";
import { afterProof } from "./after-proof";
import { leadToAnother } from "./another-attempt";

export const keepAction = action(z.strictObject({ attempt: z.string().optional() }), async (context, { attempt }): Promise<Failure | Lead | null> => {
  const { prior } = await readBrowser(context.settings, (await headers()).get("cookie"));
  const credential = await attemptCredential(context);
  const another = leadToAnother(credential, attempt);
  if (another) return another;
  const kept = await keepAccount(context, credential, { prior });
  if (!isFailure(kept)) return afterProof(context, kept);
  // What is over is said by the page itself, with the next step.
  return kept.failure === "attempt_over" ? leadTo("/continue") : kept;
});
