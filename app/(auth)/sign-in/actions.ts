"use server";

import { headers } from "next/headers";
import { z } from "zod";
import { signIn } from "@/lib/auth/sign-in";
import { signInInput } from "@/lib/auth/schema";
import { type Failure, isFailure } from "@/lib/core/errors";
import { action, type Lead, leadTo, setCookies } from "@/lib/web/action";
import { readBrowser } from "@/lib/web/browser";
import { signInCookies } from "@/lib/web/sign-in-cookies";
import { nextPath } from "../next-path";
import { rememberMe } from "../remember-me";

const form = signInInput.omit({ client: true, device: true }).extend({ remember: rememberMe, next: z.string().optional() });

export const signInAction = action(form, async (context, { next, ...input }): Promise<Failure | Lead | null> => {
  const browser = await readBrowser(context.settings, (await headers()).get("cookie"));
  const begun = await signIn(context, input, browser);
  if (isFailure(begun)) return begun;
  await setCookies(await signInCookies(context, begun, browser.browserId));
  return leadTo(nextPath(next) ?? "/devices");
});
