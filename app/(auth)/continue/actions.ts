"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { askForCode } from "@/lib/auth/ask-for-code";
import { attemptView } from "@/lib/auth/attempt-view";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { takeBackSignUp } from "@/lib/auth/take-back-sign-up";
import { type WayName, wayNames } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { action, type Lead, leadTo, setCookies } from "@/lib/web/action";
import { clearedAttemptCookie } from "@/lib/web/attempt-cookie";
import { readBrowser } from "@/lib/web/browser";
import { confirmFirst } from "@/lib/web/confirm-first";
import { attemptCredential } from "@/lib/web/current-attempt";
import { typedCookie } from "@/lib/web/typed-cookie";
import { proofFields, refineCode } from "../given-proof";
import { refusedProof } from "../refused-proof";
import { afterProof } from "./after-proof";
import { leadToAnother } from "./another-attempt";

/** The attempt that a form was about, by its id, which opens nothing. */
const about = { attempt: z.string().optional() };
/** `username` is there for password managers. */
const proofForm = z.strictObject({ ...about, method: z.enum(wayNames), ...proofFields, username: z.string().optional(), trustDevice: z.literal("on").optional() }).superRefine(refineCode);
const nothing = z.strictObject({});

/** What is over is said by the page itself, with the next step. */
const HERE = "/continue";

export const proveAction = action(proofForm, async (context, { attempt, trustDevice, username: _username, ...proof }): Promise<Failure | Lead | null> => {
  const { prior } = await readBrowser(context.settings, (await headers()).get("cookie"));
  const credential = await attemptCredential(context);
  const another = leadToAnother(credential, attempt);
  if (another) return another;
  const proven = await proveAttempt(context, credential, proof, { prior, trust: trustDevice === "on" });
  if (isFailure(proven)) {
    // Something about the account was changed meanwhile: it stands open, and leads nowhere. One that was pressed twice asks for this no more, and goes on.
    if (proven.failure === "attempt_over") await cancelAttempt(context, credential, ({ asked }) => asked.includes(proof.method));
    return proven.failure === "proof_required" ? confirmFirst(context, HERE, { code: proof.code ?? "" }) : afterFailure(context, proof.method, proven);
  }
  return afterProof(context, proven);
});

/** Links the other provider that it began at, and signs in. */
export const linkAction = action(z.strictObject(about), async (context, { attempt }): Promise<Failure | Lead | null> => {
  const { prior } = await readBrowser(context.settings, (await headers()).get("cookie"));
  const credential = await attemptCredential(context);
  const another = leadToAnother(credential, attempt);
  if (another) return another;
  const linked = await linkByAttempt(context, credential, { prior });
  if (!isFailure(linked)) return afterProof(context, linked);
  // One that keeps an account, or asks for more, says so on the page.
  if (linked.failure === "attempt_over") await cancelAttempt(context, credential, ({ asked, keeps }) => asked.length === 0 && !keeps);
  // What is still asked is asked by the page itself.
  return linked.failure === "attempt_over" || linked.failure === "proof_required" ? leadTo(HERE) : linked;
});

export const sendCodeAction = action(nothing, async (context): Promise<Failure | Lead | { resendAt: string; left: number }> => {
  const attempt = await askForCode(context, await attemptCredential(context));
  if (isFailure(attempt)) return attempt.failure === "attempt_over" ? leadTo(HERE) : attempt;
  return (await attemptView(context, attempt)).mail ?? leadTo(HERE);
});

/** "Not you?" One that is over already is given up all the same. */
export const giveUpAction = action(nothing, async (context): Promise<Lead | null> => {
  await cancelAttempt(context, await attemptCredential(context));
  await setCookies([clearedAttemptCookie(context.settings)]);
  return leadTo(context.actor.kind === "user" ? "/security" : "/sign-in");
});

/** "Wrong address?" Back to the form with everything in it but the password. */
export const takeBackAction = action(nothing, async (context): Promise<Lead | null> => {
  const typed = await takeBackSignUp(context, await attemptCredential(context));
  if (isFailure(typed)) return leadTo(HERE);
  await setCookies([clearedAttemptCookie(context.settings), await typedCookie(context.settings, { page: "/sign-up", fields: { name: typed.name, email: typed.email } })]);
  return leadTo(typed.next ? `/sign-up?next=${encodeURIComponent(typed.next)}` : "/sign-up");
});

async function afterFailure(context: Context, method: WayName, failed: Failure): Promise<Failure | Lead> {
  const isOver = failed.failure === "attempt_over" || (failed.failure === "invalid_code" && failed.triesLeft === 0);
  if (isOver) return leadTo(HERE);
  if (failed.failure === "conflict" && !failed.detail) return fail("conflict", { detail: "This address got another account meanwhile. If it is yours, sign in to it; here nothing has changed." });
  return refusedProof(context, method, failed);
}
