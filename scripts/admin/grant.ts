import { ADMINISTRATOR } from "@/lib/access/schema";
import { describeAccount } from "@/lib/admin/describe-account";
import { grantAdministrator } from "@/lib/admin/grant-administrator";
import { isFailure } from "@/lib/core/errors";
import { trustRedis } from "@/lib/sessions/trust-redis";
import { accountWords } from "../account-words";
import { Trouble } from "../trouble";
import { commandEnvironment } from "../up/running";
import { withContext } from "../with-context";
import { addressAmong } from "./address-among";
import { type Operator, tell } from "./operator";
import { saysYes } from "./says-yes";

const YES = "--yes";
const UNPROVEN = "--unproven";

/**
 * `grant <email>` makes an existing account an administrator's, once the operator has seen whose it is and said yes. One
 * whose address nobody has proven may be anybody's, who signed up with it first: it wants `--unproven`.
 */
export async function grant(args: readonly string[], operator: Operator): Promise<void> {
  const email = addressAmong(args, [YES, UNPROVEN], `grant <email> [${UNPROVEN}] [${YES}]`);
  const unproven = args.includes(UNPROVEN);
  await withContext(commandEnvironment(operator.env), async (context) => {
    const account = await describeAccount(context, email);
    if (isFailure(account)) throw new Trouble(`There is no account ${email}: sign up first.`);
    if (account.role === ADMINISTRATOR) return tell(operator, `${email} is an administrator already.`);
    tell(operator, accountWords(email, account));
    if (!account.emailVerified && !unproven) throw new Trouble(refusal(email));
    const question = account.emailVerified ? "Is this account yours to trust?" : "Nobody has proven that the address is theirs: is this account yours to trust all the same?";
    if (!args.includes(YES) && !(await saysYes(operator, `${question} It may do everything then.`))) throw new Trouble(`Nothing was changed. If it is yours, say yes, or add ${YES}.`);
    await trustRedis(context).catch(() => {});
    const failed = await grantAdministrator(context, email, { unproven });
    if (isFailure(failed)) throw new Trouble(failed.failure === "conflict" ? refusal(email) : `The account ${email} is gone: nothing was changed.`);
    tell(operator, `${email} is an administrator now${account.emailVerified ? "" : ", although nobody has proven the address"}.`);
  });
}

function refusal(email: string): string {
  return `Nobody has proven that ${email} is theirs: anybody may have signed up with it. Nothing was changed.
Where there is mail, its owner proves it under Security, or by a new password ("Forgot password?").
Where there is none, nobody can: if you know the account by the line above, add ${UNPROVEN}.`;
}
