"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { type Failure, isFailure } from "@/lib/core/errors";
import { keepAccount } from "@/lib/leaving/keep-account";
import { action, type Lead, leadTo } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { attemptCredential } from "@/lib/web/current-attempt";
import { afterProof } from "./after-proof";

export const keepAction = action(z.strictObject({}), async (context): Promise<Failure | Lead | null> => {
  const { prior } = await readBrowser(context.settings, (await headers()).get("cookie"));
  const kept = await keepAccount(context, await attemptCredential(context), { prior });
  if (!isFailure(kept)) return afterProof(context, kept);
  // What is over is said by the page itself, with the next step.
  return kept.failure === "attempt_over" ? leadTo("/continue") : kept;
});
