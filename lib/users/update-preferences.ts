import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import type { Preferences, PreferencesInput } from "./schema";

/** Changes what is given of the user's own preferences, and answers with all as they stand. Errors: `unauthenticated` (the account is gone). */
export async function updatePreferences(context: UserContext, input: PreferencesInput): Promise<Preferences | Failure> {
  const { userId, sessionId } = context.actor;
  return inTransaction<UserContext, Preferences>(context, async (tx) => {
    const [before] = await tx.db.select({ remindOfEnds: users.remindOfEnds }).from(users).where(eq(users.id, userId)).for("no key update");
    if (!before) return fail("unauthenticated");
    const { remindOfEnds = before.remindOfEnds } = input;
    if (remindOfEnds !== before.remindOfEnds) {
      await tx.db.update(users).set({ remindOfEnds }).where(eq(users.id, userId));
      await recordEvents(tx, [{ userId, type: "profile.changed", sessionId, detail: { remindOfEnds: { from: before.remindOfEnds, to: remindOfEnds } } }]);
    }
    return { remindOfEnds };
  });
}
