import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { hashPassword } from "@/lib/auth/hash-password";
import { emailSchema } from "@/lib/auth/schema";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { withContext } from "./with-context";
import { Trouble } from "./trouble";

/** Makes the account of ADMIN_EMAIL if there is none, and prints its password, which nobody can read again. */
export async function createAdministrator(env: NodeJS.ProcessEnv, address: string): Promise<void> {
  const email = emailSchema.safeParse(address);
  if (!email.success) throw new Trouble("ADMIN_EMAIL is not an email address.");
  const password = randomBytes(18).toString("base64url");
  const made = await withContext(env, async (context) => {
    const [existing] = await context.db.select({ id: users.id }).from(users).where(eq(users.emailKey, emailKey(email.data)));
    if (existing) return false;
    const passwordHash = await hashPassword(context, password, performance.now() + 10_000);
    if (isFailure(passwordHash)) throw new Trouble("The administrator's password could not be hashed: try again.");
    const user = { id: newId(), email: email.data, emailKey: emailKey(email.data), name: "Administrator", role: "ADMIN", passwordHash };
    return context.db.transaction(async (db) => {
      const rows = await db.insert(users).values(user).onConflictDoNothing({ target: users.emailKey }).returning({ id: users.id });
      if (rows.length === 0) return false;
      await recordEvents({ ...context, db }, [{ userId: user.id, type: "account.created", actor: "system" }]);
      await requestGravatar({ ...context, db }, user.id);
      return true;
    });
  });
  if (made) console.log(`\n  Administrator ${email.data}, password ${password}\n  (shown this once; change it under Security)\n`);
}
