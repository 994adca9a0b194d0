"use server";

import { z } from "zod";
import { proveSession } from "@/lib/auth/prove-session";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type Lead, leadTo, setCookies, userAction } from "@/lib/web/action";
import { proofCookie } from "@/lib/web/proof-cookie";
import { nextPath } from "../next-path";

/** `username` is there for password managers. */
const form = z.strictObject({ password: z.string().max(4096), username: z.string().optional(), next: z.string().optional() });

export const confirmAction = userAction(form, async (context, { password, next }): Promise<Failure | Lead | null> => {
  const proven = await proveSession(context, { method: "password", password });
  if (isFailure(proven)) return proven;
  await setCookies([proofCookie(context.settings, proven.secret)]);
  return leadTo(nextPath(next) ?? "/security");
});
