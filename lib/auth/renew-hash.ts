import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { findUser } from "@/lib/users/find-user";
import type { Account } from "./find-account";
import { hashPassword } from "./hash-password";
import { needsRehash, verifyPassword } from "./verify-password";

/**
 * Brings the hash of a password that was just verified up to today's parameters. Returns the hash that stands then and
 * that the password is right for. No time left for it: the old one serves until the next sign-in. Errors:
 * `invalid_credentials` (another password was set meanwhile), `unavailable`.
 */
export async function renewHash(context: Context, account: Account, password: string, deadline: number): Promise<string | Failure> {
  if (!needsRehash(account.passwordHash)) return account.passwordHash;
  const renewed = await hashPassword(context, password, deadline);
  if (isFailure(renewed)) return account.passwordHash;
  const rows = await context.db
    .update(users)
    .set({ passwordHash: renewed })
    .where(and(eq(users.id, account.id), eq(users.passwordHash, account.passwordHash)))
    .returning({ id: users.id });
  return rows.length === 1 ? renewed : verifyOther(context, account.id, password, deadline);
}

/** Somebody was quicker: a sign-in that renewed the hash of this very password, or a change to another one. */
async function verifyOther(context: Context, userId: string, password: string, deadline: number): Promise<string | Failure> {
  const user = await findUser(context, userId);
  if (!user) return fail("invalid_credentials");
  const right = await verifyPassword(context, user.passwordHash, password, deadline);
  if (isFailure(right)) return right;
  return right ? user.passwordHash : fail("invalid_credentials");
}
