import { filesOfIdenticon } from "@/lib/avatars/make-files";
import { showVersion } from "@/lib/avatars/show-version";
import { storeVersion } from "@/lib/avatars/store-version";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { Trouble } from "../trouble";

const PATIENCE_MS = 10_000;

/** A drawn pattern for each of them; Gravatar is told nothing of people who do not exist. */
export async function demoPictures(context: Context, userIds: readonly string[]): Promise<void> {
  for (const userId of userIds) {
    const deadline = performance.now() + PATIENCE_MS;
    const files = await filesOfIdenticon(userId, deadline);
    if (isFailure(files)) throw new Trouble("The demo's pictures could not be drawn: try again.");
    const stored = await storeVersion(context, userId, files);
    await showVersion(context, { userId, stored, settleWish: async () => true, event: { type: "avatar.regenerated" }, commitBy: deadline });
  }
}
