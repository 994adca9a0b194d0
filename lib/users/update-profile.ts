import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { dropCachedUser } from "./cached-user";
import type { ProfileInput, User } from "./schema";
import { userView } from "./user-view";

/** Changes the user's own name. Errors: `unauthenticated` (the account is gone). */
export async function updateProfile(context: UserContext, input: ProfileInput): Promise<User | Failure> {
  const { userId, sessionId } = context.actor;
  const row = await inTransaction(context, async (tx) => {
    const [before] = await tx.db.select({ name: users.name }).from(users).where(eq(users.id, userId)).for("no key update");
    const [after] = await tx.db.update(users).set({ name: input.name }).where(eq(users.id, userId)).returning();
    if (!before || !after) return fail("unauthenticated");
    await recordEvents(tx, [{ userId, type: "profile.changed", sessionId, detail: { name: { from: before.name, to: after.name } } }]);
    return after;
  });
  if (isFailure(row)) return row;
  await dropCachedUser(context, userId);
  return userView(context.settings, row);
}
