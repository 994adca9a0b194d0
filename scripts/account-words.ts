import type { Account } from "@/lib/admin/describe-account";
import { iso } from "@/lib/core/time";

/** Since when there is an account, and from where it was used last, for an operator to recognise or not. */
export function accountWords(email: string, { createdAt, lastAddress }: Account): string {
  const used = lastAddress === null ? "was never used" : `was last used from ${lastAddress.address} (${iso(lastAddress.at)})`;
  return `The account ${email} has existed since ${iso(createdAt)} and ${used}.`;
}
