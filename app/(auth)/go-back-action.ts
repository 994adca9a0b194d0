import { z } from "zod";
import { describeLink } from "@/lib/auth/describe-link";
import { goBack } from "@/lib/auth/go-back";
import { isCommitted } from "@/lib/auth/is-committed";
import type { LinkPage } from "@/lib/auth/schema";
import { type Failure, isFailure } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { action, type Lead, leadTo, type ServerAction, setCookies } from "@/lib/web/action";
import { openedLink } from "@/lib/web/current-link";
import { linkCookie } from "@/lib/web/link-cookie";

/** The box, ticked at first; and the link that the page was about. */
const form = z.strictObject({ link: z.string(), everywhere: z.literal("on").optional() });

/** The action of `/not-me` and of `/undo`: goes back by the link that this browser has opened, and straight on to a new password where the mail is young. */
export function goBackAction(page: Exclude<LinkPage, "reset">): ServerAction<null> {
  return action(form, async (context, { link, everywhere }): Promise<Failure | Lead | null> => {
    const here = leadTo(`/${page}`);
    const token = (await openedLink(context, page))?.token;
    const view = token ? await describeLink(context, token, page) : null;
    // Another was opened since in another tab: its page is shown, and nothing is done.
    if (!token || !view || isFailure(view) || view.id !== link) return here;
    const back = await goBack(context, { token, everywhere: everywhere === "on" });
    if (isFailure(back) && back.failure === "link_over") return here;
    if (isFailure(back) && !isCommitted(back)) return back;
    const did = { at: iso(context.clock.now()), account: view.account, ended: isFailure(back) ? null : back.ended, isElsewhere: !view.leadsOn };
    const reset = isFailure(back) ? null : back.reset;
    await setCookies([await linkCookie(context.settings, { page: reset ? "reset" : page, token: reset, did })]);
    return reset ? leadTo("/reset") : here;
  });
}
