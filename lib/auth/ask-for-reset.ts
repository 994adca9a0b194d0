import type { Context } from "@/lib/core/context";
import { queueMail } from "@/lib/mail/queue-mail";
import { askedBy } from "./asked-by";
import { emailKey } from "./email-key";
import { mayKeepForOwner, mayMailStranger } from "./mail-budgets";
import { overBudget } from "./over-budget";

/**
 * Asks for a link to set a new password. Does the same for every address: whether it has an account is looked up when
 * the mail is made (promise 9). Over the budget of strangers it is kept only for a browser that may be one that the
 * account knows: no flood keeps an owner's own mail from coming. `browserId`: what the device cookie names, if there is one.
 */
export async function askForReset(context: Context, email: string, browserId: string | null): Promise<void> {
  const key = emailKey(email);
  const isOver = !(await mayMailStranger(context, "link", key, context.request.address));
  if (isOver && (browserId === null || !(await mayKeepForOwner(context, browserId, key)))) return void overBudget(context, { kind: "forgotten" });
  await queueMail(context, { kind: "forgotten", facts: { asked: askedBy(context) }, about: { emailKey: key, browserId, overBudget: isOver } });
}
