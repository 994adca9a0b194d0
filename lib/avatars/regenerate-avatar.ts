import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { User } from "@/lib/users/schema";
import { userView } from "@/lib/users/user-view";
import { CHANGE_BUDGET_MS, changeTimes } from "./change-times";
import { type AvatarSource, fulfilRequest } from "./fulfil-request";
import { limitChanges } from "./limit-changes";
import { requestGravatar } from "./request-gravatar";

/**
 * Goes back to the user's Gravatar. While Gravatar cannot be reached a pattern stands in for it, and the background
 * asks again later; it also finishes what breaks off here. `source`: which of the two it is. Errors: `rate_limited`,
 * `unavailable`, `unauthenticated`.
 */
export async function regenerateAvatar(context: UserContext): Promise<{ user: User; source: AvatarSource } | Failure> {
  const made = await limitChanges(context, changeTimes().decodeBy, async () => {
    const request = await requestGravatar(context, context.actor.userId, CHANGE_BUDGET_MS / 1000);
    return fulfilRequest(context, request);
  });
  return isFailure(made) ? made : { user: userView(context.settings, made.user), source: made.source };
}
