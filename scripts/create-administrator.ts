import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { ADMINISTRATOR } from "@/lib/access/schema";
import { describeAccount } from "@/lib/admin/describe-account";
import { emailKey } from "@/lib/auth/email-key";
import { hashPassword } from "@/lib/auth/hash-password";
import { emailSchema } from "@/lib/auth/schema";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { accountWords } from "./account-words";
import { withContext } from "./with-context";
import { Trouble } from "./trouble";

/** What the account gets, and its hash once there is one; `hash` tells an account that an earlier try made from anyone else's. */
export type ChosenPassword = { readonly password: string; hash: string | null };

/** Once for all tries: the COMMIT of one that failed may have taken effect, and then only it knows the password. */
export function choosePassword(): ChosenPassword {
  return { password: randomBytes(18).toString("base64url"), hash: null };
}

/**
 * Makes the account of ADMIN_EMAIL if there is none, and prints its password, which nobody can read again. An account
 * that existed is given nothing, since anybody may have signed up with that address: unless it is an administrator's,
 * that is said, at every start.
 */
export async function createAdministrator(env: NodeJS.ProcessEnv, address: string, chosen = choosePassword()): Promise<void> {
  const email = emailSchema.safeParse(address);
  if (!email.success) throw new Trouble("ADMIN_EMAIL is not an email address.");
  const said = await withContext(env, async (context) => {
    if (isFailure(await describeAccount(context, email.data))) await makeAccount(context, email.data, chosen);
    if (await isOurs(context, email.data, chosen)) return `\n  Administrator ${email.data}, password ${chosen.password}\n  (shown this once; change it under Security)\n`;
    const account = await describeAccount(context, email.data);
    if (isFailure(account) || account.role === ADMINISTRATOR) return null;
    return `
  ! ADMIN_EMAIL made nobody an administrator. ${accountWords(email.data, account)}
    Anybody can sign up with any address. If the account is yours: npm run admin -- grant ${email.data}
    If it is not: give another ADMIN_EMAIL.
`;
  });
  if (said !== null) console.log(said);
}

/** Whether a try with this password made the account. */
async function isOurs({ db }: Context, email: string, { hash }: ChosenPassword): Promise<boolean> {
  if (hash === null) return false;
  const [user] = await db.select({ passwordHash: users.passwordHash }).from(users).where(eq(users.emailKey, emailKey(email)));
  return user?.passwordHash === hash;
}

/** Makes the account, unless somebody else has just made one of this address. */
async function makeAccount(context: Context, email: string, chosen: ChosenPassword): Promise<void> {
  const passwordHash = chosen.hash ?? (await hashPassword(context, chosen.password, performance.now() + 10_000));
  if (isFailure(passwordHash)) throw new Trouble("The administrator's password could not be hashed: try again.");
  chosen.hash = passwordHash;
  const user = { id: newId(), email, emailKey: emailKey(email), name: "Administrator", role: ADMINISTRATOR, passwordHash };
  await context.db.transaction(async (db) => {
    const rows = await db.insert(users).values(user).onConflictDoNothing({ target: users.emailKey }).returning({ id: users.id });
    if (rows.length === 0) return;
    await recordEvents({ ...context, db }, [{ userId: user.id, type: "account.created", actor: "system" }]);
    await requestGravatar({ ...context, db }, user.id);
  });
}
