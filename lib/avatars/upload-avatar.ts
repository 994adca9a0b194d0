import { eq } from "drizzle-orm";
import { avatarRequests } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { User } from "@/lib/users/schema";
import { userView } from "@/lib/users/user-view";
import { limitChanges } from "./limit-changes";
import { filesOfPicture } from "./make-files";
import { showVersion } from "./show-version";
import { storeVersion } from "./store-version";
import { type ChangeTimes, changeTimes } from "./change-times";

/**
 * Makes a file the user's own picture. Whatever fails, the old one stays. Errors: `too_large`, `unprocessable_image`,
 * `rate_limited`, `unavailable` (storage, or too many pictures waiting), `unauthenticated` (the session ended meanwhile).
 */
export function uploadAvatar(context: UserContext, file: Uint8Array): Promise<User | Failure> {
  const times = changeTimes();
  return limitChanges(context, times.decodeBy, () => setPicture(context, file, times));
}

async function setPicture(context: UserContext, file: Uint8Array, times: ChangeTimes): Promise<User | Failure> {
  const { userId } = context.actor;
  const made = await filesOfPicture(userId, file, times.decodeBy);
  if (isFailure(made)) return made;
  const stored = await storeVersion(context, userId, made.files);
  const { format, width, height } = made.decoded;
  const user = await showVersion(context, {
    userId,
    stored,
    async settleWish(tx) {
      await tx.db.delete(avatarRequests).where(eq(avatarRequests.userId, userId));
      return true;
    },
    event: { type: "avatar.uploaded", detail: { format, width, height, bytes: file.length, stored: stored.sizes, durationMs: times.soFar() } },
    commitBy: times.commitBy,
  });
  return isFailure(user) ? user : userView(context.settings, user);
}
