"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { signIn } from "@/lib/auth/sign-in";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import { signInInput } from "@/lib/auth/schema";
import { type Failure, isFailure } from "@/lib/core/errors";
import { action, type Lead } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { enter } from "@/lib/web/enter";
import { passkeyResponse } from "../given-proof";
import { nextPath } from "../next-path";
import { rememberMe } from "../remember-me";

const form = signInInput.omit({ client: true, device: true }).extend({ remember: rememberMe, next: z.string().optional() });

export const signInAction = action(form, async (context, { next, ...input }): Promise<Failure | Lead | null> => {
  const browser = await readBrowser(context.settings, (await headers()).get("cookie"));
  const where = nextPath(next);
  const begun = await signIn(context, { ...input, next: where }, browser);
  return isFailure(begun) ? begun : enter(context, begun, browser.browserId, where);
});

const passkeyForm = z.strictObject({ response: passkeyResponse, challenge: z.string().max(4096), remember: rememberMe, next: z.string().optional() });

export const signInByPasskeyAction = action(passkeyForm, async (context, { next, ...input }): Promise<Failure | Lead | null> => {
  const browser = await readBrowser(context.settings, (await headers()).get("cookie"));
  const where = nextPath(next);
  const begun = await signInByPasskey(context, { ...input, next: where }, browser);
  return isFailure(begun) ? begun : enter(context, begun, browser.browserId, where);
});
