import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { handOverLink } from "@/lib/auth/hand-over-link";
import type { HandedLink } from "@/lib/auth/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";

/**
 * Makes a link to hand over for anyone's account, by the operator's own hand: no request can do this. Its owner is told where
 * there is mail. Errors: `not_found`; `conflict` (a disabled account); `forbidden` for anyone but the system.
 */
export async function makeOperatorsResetLink(context: Context, email: string): Promise<HandedLink | Failure> {
  if (context.actor.kind !== "system") return fail("forbidden");
  return inTransaction(context, async (tx) => {
    const [user] = await tx.db.select().from(users).where(eq(users.emailKey, emailKey(email))).for("no key update");
    return user ? handOverLink(tx, user, { tells: true }) : fail("not_found");
  });
}
