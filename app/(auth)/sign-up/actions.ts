"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { signUpFields } from "@/lib/auth/schema";
import { signUp } from "@/lib/auth/sign-up";
import { type Failure, isFailure } from "@/lib/core/errors";
import { action, type Lead, setCookies } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { enter } from "@/lib/web/enter";
import { clearedTypedCookie } from "@/lib/web/typed-cookie";
import { passkeyResponse } from "../given-proof";
import { nextPath } from "../next-path";

const form = signUpFields.omit({ passkey: true, remember: true, client: true, device: true }).extend({ response: passkeyResponse.optional(), challenge: z.string().max(4096).optional(), next: z.string().optional() });

export const signUpAction = action(form, async (context, { response, challenge = "", password = "", next, ...input }): Promise<Failure | Lead | null> => {
  const browser = await readBrowser(context.settings, (await headers()).get("cookie"));
  const where = nextPath(next);
  const begun = await signUp(context, { ...input, ...(response ? { passkey: { response, challenge } } : { password }), next: where }, browser);
  if (isFailure(begun)) return begun;
  await setCookies([clearedTypedCookie(context.settings)]);
  return enter(context, begun, browser.browserId, where);
});
