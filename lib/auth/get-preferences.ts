import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { secondStepOf } from "@/lib/factors/second-step";
import type { Preferences } from "@/lib/users/schema";
import { type OwnSession, readOwnSession } from "./own-session";

/** What the user chose. Errors: `unauthenticated` (the session has ended, or the account is gone). */
export async function getPreferences(context: UserContext): Promise<Preferences | Failure> {
  const own = await readOwnSession(context);
  return isFailure(own) ? own : preferencesOf(own);
}

export function preferencesOf({ user, factors }: Pick<OwnSession, "factors"> & { user: Pick<OwnSession["user"], "approveNewDevices" | "remindOfEnds"> }): Preferences {
  return { approveNewDevices: user.approveNewDevices, secondStep: secondStepOf(factors) !== null, remindOfEnds: user.remindOfEnds };
}
