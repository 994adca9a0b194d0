import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { publish } from "@/lib/notifications/publish";
import { removeFactors } from "./remove-factors";

/**
 * Takes every second factor off anyone's account, by the operator's own hand: no request can do this. It is what an
 * administrator's reset is (`resetFactors`), for the administrator whom nobody else can help. Returns whether there was anything to
 * take off. Errors: `not_found`; `conflict` (it has no password: nothing would open it); `forbidden` for anyone but the system.
 */
export async function resetFactorsAsOperator(context: Context, email: string): Promise<boolean | Failure> {
  if (context.actor.kind !== "system") return fail("forbidden");
  let userId = "";
  const changed = await inTransaction<Context, boolean>(context, async (tx) => {
    const [user] = await tx.db.select().from(users).where(eq(users.emailKey, emailKey(email))).for("no key update");
    if (!user) return fail("not_found");
    userId = user.id;
    return removeFactors(tx, user);
  });
  if (!isFailure(changed) && changed) await publish(context, userId, { type: "factors.changed" });
  return changed;
}
