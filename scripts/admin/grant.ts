import { createInterface } from "node:readline/promises";
import { ADMINISTRATOR } from "@/lib/access/schema";
import { describeAccount } from "@/lib/admin/describe-account";
import { grantAdministrator } from "@/lib/admin/grant-administrator";
import { emailSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { trustRedis } from "@/lib/sessions/trust-redis";
import { accountWords } from "../account-words";
import { Trouble } from "../trouble";
import { commandEnvironment } from "../up/running";
import { withContext } from "../with-context";

const YES = "--yes";

/** `grant <email>` makes an existing account an administrator's, once the operator has seen whose it is and said yes. */
export async function grant(args: readonly string[]): Promise<void> {
  const [address, ...rest] = args.filter((arg) => arg !== YES);
  if (!address || rest.length > 0) throw new Trouble(`Use it so: npm run admin -- grant <email> [${YES}]`);
  const parsed = emailSchema.safeParse(address);
  if (!parsed.success) throw new Trouble(`${address} is not an email address.`);
  const email = parsed.data;
  await withContext(commandEnvironment(), async (context) => {
    const account = await describeAccount(context, email);
    if (isFailure(account)) throw new Trouble(`There is no account ${email}: sign up first.`);
    if (account.role === ADMINISTRATOR) return console.log(`${email} is an administrator already.`);
    console.log(accountWords(email, account));
    if (!args.includes(YES) && !(await saysYes())) throw new Trouble(`Nothing was changed. If it is yours, say yes, or add ${YES}.`);
    await trustRedis(context).catch(() => {});
    if (isFailure(await grantAdministrator(context, email))) throw new Trouble(`The account ${email} is gone: nothing was changed.`);
    console.log(`${email} is an administrator now.`);
  });
}

/** Nobody who could answer, as in a script, is no yes. */
async function saysYes(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const question = "Nobody has proven that the address is theirs: is this account yours to trust? It may do everything then. (yes or no) ";
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return answer.trim().toLowerCase() === "yes";
}
