import type { Settings } from "@/lib/platform/env";
import type { User } from "./schema";

/** Where a picture's object is kept. A version is never used twice, so neither is a key. */
export function avatarKey(userId: string, version: string, size: "small" | "medium" | "large"): string {
  return `avatars/${userId}/${version}-${size}.webp`;
}

/** Where browsers find the version's pictures: here, or below `S3_PUBLIC_URL`. */
export function avatarImage(settings: Settings, userId: string, version: string | null): User["image"] {
  if (version === null) return null;
  const below = settings.STORAGE === "s3" ? settings.S3_PUBLIC_URL : undefined;
  const address = (size: "small" | "medium" | "large") => (below ? `${below}/${avatarKey(userId, version, size)}` : `/api/avatars/${userId}/${version}/${size}`);
  return { small: address("small"), medium: address("medium"), large: address("large") };
}
