import { emailSchema } from "@/lib/auth/schema";
import { grantAdministrator } from "@/lib/admin/grant-administrator";
import { isFailure } from "@/lib/core/errors";
import { trustRedis } from "@/lib/sessions/trust-redis";
import { Trouble } from "./trouble";
import { commandEnvironment } from "./up/running";
import { withContext } from "./with-context";

/** `grant <email>` makes an existing account an administrator's. */
export async function main([command, address, ...rest]: readonly string[]): Promise<void> {
  if (command !== "grant" || !address || rest.length > 0) throw new Trouble("Use it so: npm run admin -- grant <email>");
  const email = emailSchema.safeParse(address);
  if (!email.success) throw new Trouble(`${address} is not an email address.`);
  await withContext(commandEnvironment(), async (context) => {
    await trustRedis(context).catch(() => {});
    const refused = await grantAdministrator(context, email.data);
    if (isFailure(refused)) throw new Trouble(`There is no account ${email.data}: sign up first.`);
    console.log(`${email.data} is an administrator now.`);
  });
}
