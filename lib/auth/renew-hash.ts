import { and, eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { hashPassword } from "./hash-password";
import { needsRehash } from "./verify-password";

/**
 * Brings the hash of a password that was just verified up to today's parameters, unless another one stands by then. It
 * opens nothing that did not open before, so `ways` stays. No time left for it: the old one serves until the next sign-in.
 */
export async function renewHash(context: Context, userId: string, verified: string, password: string, deadline: number): Promise<void> {
  if (!needsRehash(verified)) return;
  const renewed = await hashPassword(context, password, deadline);
  if (isFailure(renewed)) return;
  await context.db.update(users).set({ passwordHash: renewed }).where(and(eq(users.id, userId), eq(users.passwordHash, verified)));
}
