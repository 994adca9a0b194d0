import type { users } from "@/db/schema";
import { avatarSizes } from "@/lib/avatars/schema";
import type { Context } from "@/lib/core/context";
import { avatarKey } from "@/lib/users/avatar-image";
import type { Entry } from "./zip";

/** The account's picture, if it has one, as it was when the export began. */
export function pictures({ storage }: Context, { id, avatarVersion }: typeof users.$inferSelect): Entry[] {
  if (avatarVersion === null) return [];
  return avatarSizes.map((size) => ({
    name: `picture/${size}.webp`,
    stored: true,
    async *content() {
      const bytes = await storage.get(avatarKey(id, avatarVersion, size));
      // Replaced meanwhile: an empty file.
      if (bytes) yield bytes;
    },
  }));
}
