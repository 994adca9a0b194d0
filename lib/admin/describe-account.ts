import { desc, eq } from "drizzle-orm";
import { addresses, users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";

export type Account = { role: string; emailVerified: boolean; createdAt: Date; lastAddress: { address: string; at: Date } | null };

/**
 * What tells an operator whether the account of an email address is whose they think: unless the address is proven,
 * anybody may have signed up with it first. `lastAddress` is where it was used last, null when it never was. Errors:
 * `not_found`; `forbidden` for anyone but the system.
 */
export async function describeAccount(context: Context, email: string): Promise<Account | Failure> {
  if (context.actor.kind !== "system") return fail("forbidden");
  const [found] = await context.db
    .select({ role: users.role, emailVerified: users.emailVerified, createdAt: users.createdAt, address: addresses.address, at: addresses.lastSeenAt })
    .from(users)
    .leftJoin(addresses, eq(addresses.userId, users.id))
    .where(eq(users.emailKey, emailKey(email)))
    .orderBy(desc(addresses.lastSeenAt))
    .limit(1);
  if (!found) return fail("not_found");
  const { address, at, ...account } = found;
  return { ...account, lastAddress: address !== null && at !== null ? { address, at } : null };
}
