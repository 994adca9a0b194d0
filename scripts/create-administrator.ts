import { ADMINISTRATOR } from "@/lib/access/schema";
import { describeAccount } from "@/lib/admin/describe-account";
import { setUpAdministrator } from "@/lib/admin/set-up-administrator";
import { emailSchema } from "@/lib/auth/schema";
import { isFailure } from "@/lib/core/errors";
import { accountWords } from "./account-words";
import { withContext } from "./with-context";
import { Trouble } from "./trouble";

/**
 * Makes the account of ADMIN_EMAIL while there was never an administrator, and returns what to print: a link to set its
 * password, at each start until it was used. An account that existed is given nothing, since anybody may have signed up with
 * that address: unless it is an administrator's, that is said, at every start. Null: there is nothing to say.
 */
export async function createAdministrator(env: NodeJS.ProcessEnv, address: string): Promise<string | null> {
  const parsed = emailSchema.safeParse(address);
  if (!parsed.success) throw new Trouble("ADMIN_EMAIL is not an email address.");
  const email = parsed.data;
  return withContext(
    env,
    async (context) => {
      const link = await setUpAdministrator(context, email);
      if (link && !isFailure(link)) {
        return `\n  Administrator ${email}: set a password here, once, until ${link.expiresAt}\n  ${link.url}\n  (the newest of such links is the one that works; a start prints another until one was used)\n`;
      }
      const account = await describeAccount(context, email);
      if (isFailure(account)) {
        return `\n  ! ADMIN_EMAIL made no account, for there is an administrator already. Another signs up, and is\n    given the role under Admin, Users, or with: npm run admin -- grant ${email}\n`;
      }
      if (account.role === ADMINISTRATOR) return null;
      return `
  ! ADMIN_EMAIL made nobody an administrator. ${accountWords(email, account)}
    Anybody can sign up with any address. If the account is yours: npm run admin -- grant ${email}
    If it is not: give another ADMIN_EMAIL.
`;
    },
    { namesPages: true },
  );
}
