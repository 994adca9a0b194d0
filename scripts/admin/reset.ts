import { describeAccount } from "@/lib/admin/describe-account";
import { makeOperatorsResetLink } from "@/lib/admin/make-operators-reset-link";
import { resetFactorsAsOperator } from "@/lib/admin/reset-factors-as-operator";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { accountWords } from "../account-words";
import { Trouble } from "../trouble";
import { commandEnvironment } from "../up/running";
import { withContext } from "../with-context";
import { addressAmong } from "./address-among";
import { type Operator, tell } from "./operator";
import { saysYes } from "./says-yes";

const YES = "--yes";
const SECOND_STEP = "--second-step";

/**
 * `reset <email>` prints a link with which whoever has it can set the account's password, once the operator has seen whose it
 * is and said yes. Nothing ends until it is used. With `--second-step` it takes that off instead, and leaves the password.
 */
export async function reset(args: readonly string[], operator: Operator): Promise<void> {
  const email = addressAmong(args, [YES, SECOND_STEP], `reset <email> [${SECOND_STEP}] [${YES}]`);
  await withContext(commandEnvironment(operator.env), async (context) => {
    const account = await describeAccount(context, email);
    if (isFailure(account)) throw new Trouble(`There is no account ${email}.`);
    tell(operator, accountWords(email, account));
    if (args.includes(SECOND_STEP)) return removeSecondStep(context, operator, email, { role: account.role, isSure: args.includes(YES) });
    const question = `Whoever has the link can set the password of this ${account.role} and so take the account: make one?`;
    if (!args.includes(YES) && !(await saysYes(operator, question))) throw new Trouble(`No link was made. If it is meant, say yes, or add ${YES}.`);
    const link = await makeOperatorsResetLink(context, email);
    if (isFailure(link)) throw new Trouble(link.detail ?? `The account ${email} is gone: no link was made.`);
    tell(operator, `\n  ${link.url}\n\nIt sets a new password once, until ${link.expiresAt}; one that was made before is worth nothing now.\n${whoIsTold(context, "that you made it")}`);
  }, { namesPages: true });
}

/** For who has lost it and nobody else can help: the only administrator. */
async function removeSecondStep(context: Context, operator: Operator, email: string, { role, isSure }: { role: string; isSure: boolean }): Promise<void> {
  const question = `The password alone opens the account of this ${role} then, until they set a second step up again: remove authenticator app, passkeys and recovery codes?`;
  if (!isSure && !(await saysYes(operator, question))) throw new Trouble(`Nothing was changed. If it is meant, say yes, or add ${YES}.`);
  const removed = await resetFactorsAsOperator(context, email);
  if (isFailure(removed)) throw new Trouble(removed.detail ?? `The account ${email} is gone: nothing was changed.`);
  tell(operator, removed ? `${email} has no second step any more. ${whoIsTold(context, "of it")}` : `${email} has none: nothing was changed.`);
}

function whoIsTold({ mailer }: Context, what: string): string {
  return mailer ? `Its owner is told by mail ${what}.` : "No mail tells its owner: SMTP_URL is not given here.";
}
