import type { Context } from "@/lib/core/context";
import { countAttempts } from "@/lib/rate-limits/count-attempts";
import { ofAccount } from "./attempt-limits";
import { emailKey } from "./email-key";

/** How many sign-ins to the account with this address failed within the hour, on devices that it does not know: for a sign-in that is under no such limit itself. */
export async function failedLately(context: Context, email: string): Promise<number> {
  const [failed = 0] = await countAttempts(context, [ofAccount(emailKey(email))]);
  return failed;
}
