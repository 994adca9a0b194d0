import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { emailSchema } from "@/lib/auth/schema";
import { dropCachedUser } from "@/lib/users/cached-user";
import { Trouble } from "./trouble";
import { commandEnvironment } from "./up/running";
import { trustRedis, withContext } from "./with-context";

/** `grant <email>` makes an existing account an administrator's. */
export async function main([command, address, ...rest]: readonly string[]): Promise<void> {
  if (command !== "grant" || !address || rest.length > 0) throw new Trouble("Use it so: npm run admin -- grant <email>");
  const email = emailSchema.safeParse(address);
  if (!email.success) throw new Trouble(`${address} is not an email address.`);
  await withContext(commandEnvironment(), async (context) => {
    const [user] = await context.db.update(users).set({ role: "ADMIN" }).where(eq(users.emailKey, emailKey(email.data))).returning({ id: users.id });
    if (!user) throw new Trouble(`There is no account ${email.data}: sign up first.`);
    await trustRedis(context).catch(() => {});
    await dropCachedUser(context, user.id);
    console.log(`${email.data} is an administrator now.`);
  });
}
