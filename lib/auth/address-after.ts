import type { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isReservedFor } from "@/lib/mail/find-reservation";
import type { MailRow } from "@/lib/mail/mail-queue";
import { emailKey } from "./email-key";
import { hasOlderSecondStep } from "./take-back-factors";

type UserRow = typeof users.$inferSelect;

/** What becomes of an account when somebody goes back by a link. `keeps`: a second step that is asked for since before proved what was changed, and it stays. */
export type After = { keeps: boolean; email: string };

/**
 * The address is the one that the mail went to, if it is the account's or kept for it. One that the account had before
 * without anybody having proven it is neither: it may be a stranger's, who gets nothing by a mail that was sent there once.
 */
export async function addressAfter(context: Context, user: UserRow, { id, number, address, reserves }: Pick<MailRow, "id" | "address" | "reserves"> & { number: number }): Promise<After> {
  const keeps = user.emailVerified && hasOlderSecondStep(user, number);
  if (keeps || address === null || address === user.email) return { keeps, email: user.email };
  const isKept = reserves === emailKey(address) || (await isReservedFor(context, emailKey(address), user.id, id));
  return { keeps, email: isKept ? address : user.email };
}

/** Whether who reads the mail gets the right to set a password: nobody does at an address that is not the account's. */
export function leadsOn({ address }: Pick<MailRow, "address">, { email }: After): boolean {
  return address === email;
}
