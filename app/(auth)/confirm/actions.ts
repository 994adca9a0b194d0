"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { proveSession } from "@/lib/auth/prove-session";
import { proofWays } from "@/lib/auth/schema";
import { sendStepUpCode } from "@/lib/auth/step-up-code";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type Lead, leadTo, setCookies, setUpAction } from "@/lib/web/action";
import { proofCookie } from "@/lib/web/proof-cookie";
import { proofFields, refineCode } from "../given-proof";
import { nextPath } from "../next-path";
import { refusedProof } from "../refused-proof";

/** `username` is there for password managers. */
const form = z.strictObject({ method: z.enum(proofWays), ...proofFields, username: z.string().optional(), next: z.string().optional() }).superRefine(refineCode);

export const confirmAction = setUpAction(form, async (context, { next, username: _username, ...proof }): Promise<Failure | Lead | null> => {
  const proven = await proveSession(context, proof);
  // What would do was changed meanwhile: the page asks for that.
  if (isFailure(proven)) return proven.failure === "proof_required" ? leadTo(here(next)) : refusedProof(context, proof.method, proven);
  await setCookies([proofCookie(context.settings, proven.secret)]);
  return leadTo(nextPath(next) ?? "/security");
});

function here(next: string | undefined): string {
  return `/confirm?next=${encodeURIComponent(nextPath(next) ?? "/security")}`;
}

export const sendProofCodeAction = setUpAction(z.strictObject({}), async (context): Promise<Failure | null> => {
  const sent = await sendStepUpCode(context);
  refresh();
  return isFailure(sent) ? sent : null;
});
