import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import type { Account } from "./find-account";
import { hashPassword } from "./hash-password";
import { needsRehash } from "./verify-password";

/**
 * Brings the hash of a password that was just verified up to today's parameters, unless it was changed meanwhile.
 * Returns the hash that stands then. No time left for it: the old one serves until the next sign-in.
 */
export async function renewHash(context: Context, account: Account, password: string, deadline: number): Promise<string> {
  if (!needsRehash(account.passwordHash)) return account.passwordHash;
  const renewed = await hashPassword(context, password, deadline);
  if (isFailure(renewed)) return account.passwordHash;
  const rows = await context.db
    .update(users)
    .set({ passwordHash: renewed })
    .where(and(eq(users.id, account.id), eq(users.passwordHash, account.passwordHash)))
    .returning({ id: users.id });
  return rows.length === 1 ? renewed : account.passwordHash;
}
