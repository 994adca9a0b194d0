import { describeAccount } from "@/lib/admin/describe-account";
import { makeOperatorsResetLink } from "@/lib/admin/make-operators-reset-link";
import { isFailure } from "@/lib/core/errors";
import { accountWords } from "../account-words";
import { Trouble } from "../trouble";
import { commandEnvironment } from "../up/running";
import { withContext } from "../with-context";
import { addressAmong } from "./address-among";
import { saysYes } from "./says-yes";

const YES = "--yes";

/**
 * `reset <email>` prints a link with which whoever has it can set the account's password, once the operator has seen whose it
 * is and said yes. Nothing ends until it is used.
 */
export async function reset(args: readonly string[]): Promise<void> {
  const email = addressAmong(args, [YES], `reset <email> [${YES}]`);
  await withContext(commandEnvironment(), async (context) => {
    const account = await describeAccount(context, email);
    if (isFailure(account)) throw new Trouble(`There is no account ${email}.`);
    console.log(accountWords(email, account));
    const question = `Whoever has the link can set the password of this ${account.role} and so take the account: make one?`;
    if (!args.includes(YES) && !(await saysYes(question))) throw new Trouble(`No link was made. If it is meant, say yes, or add ${YES}.`);
    const link = await makeOperatorsResetLink(context, email);
    if (isFailure(link)) throw new Trouble(link.detail ?? `The account ${email} is gone: no link was made.`);
    const told = context.mailer ? "Its owner is told by mail that you made it" : "No mail tells its owner: SMTP_URL is not given here";
    console.log(`\n  ${link.url}\n\nIt sets a new password once, until ${link.expiresAt}; one that was made before is worth nothing now.\n${told}.`);
  }, { namesPages: true });
}
