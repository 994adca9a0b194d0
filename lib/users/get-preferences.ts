import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { findUser } from "./find-user";
import type { Preferences } from "./schema";

/** What the user chose. Errors: `unauthenticated` (the account is gone). */
export async function getPreferences(context: UserContext): Promise<Preferences | Failure> {
  const row = await findUser(context, context.actor.userId);
  return row ? { remindOfEnds: row.remindOfEnds } : fail("unauthenticated");
}
