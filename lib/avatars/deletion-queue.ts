import { eq } from "drizzle-orm";
import { avatarDeletions } from "@/db/schema";
import type { Queue } from "@/lib/jobs/queue";
import { avatarKey } from "@/lib/users/avatar-image";
import { avatarSizes } from "./schema";

/**
 * Objects of versions that nobody shows any more. Taking a row up counts a try, after which the version can never be
 * shown; it goes only when all its objects are gone, and is tried until then.
 */
export const deletionQueue: Queue<typeof avatarDeletions> = {
  table: avatarDeletions,
  key: avatarDeletions.version,
  atOnce: 10,
  leaseSeconds: 30,
  pause: { first: 10, factor: 2, longest: 3_600 },
  async attempt({ db, storage }, { version, userId }) {
    for (const size of avatarSizes) await storage.delete(avatarKey(userId, version, size));
    await db.delete(avatarDeletions).where(eq(avatarDeletions.version, version));
  },
};
