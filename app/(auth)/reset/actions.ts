"use server";

import { z } from "zod";
import { describeLink } from "@/lib/auth/describe-link";
import { isCommitted } from "@/lib/auth/is-committed";
import { resetPassword } from "@/lib/auth/reset-password";
import { resetInput } from "@/lib/auth/schema";
import { type Failure, isFailure } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { action, type Lead, leadTo, setCookies } from "@/lib/web/action";
import { openedLink } from "@/lib/web/current-link";
import { linkCookie } from "@/lib/web/link-cookie";

/** `link`: the one that the page was about. */
const form = resetInput.omit({ token: true }).extend({ link: z.string() });

/** Sets the password by the link that this browser has opened, and leads to the page that says so. */
export const resetAction = action(form, async (context, { link, newPassword }): Promise<Failure | Lead | null> => {
  const token = (await openedLink(context, "reset"))?.token;
  const view = token ? await describeLink(context, token, "reset") : null;
  // Another was opened since in another tab: its page is shown, and nothing is done.
  if (!token || !view || isFailure(view) || view.id !== link) return leadTo("/reset");
  const failed = await resetPassword(context, { token, newPassword });
  if (isFailure(failed) && failed.failure === "link_over") return leadTo("/reset");
  if (isFailure(failed) && !isCommitted(failed)) return failed;
  const did = { at: iso(context.clock.now()), account: view.account, ended: null, userId: view.userId };
  await setCookies([await linkCookie(context.settings, { page: "reset", token: null, did })]);
  return leadTo("/reset");
});
