import type { Square } from "./decode-picture";
import { decoder } from "./decoder";
import { AVATAR_SIZES, type AvatarSize, avatarSizes } from "./schema";

export type AvatarFiles = Record<AvatarSize, Buffer>;

/** The three WebP files that are kept of a picture. One after the other: one picture, one thread. */
export async function encodeSizes({ data, channels }: Square): Promise<AvatarFiles> {
  const { large } = AVATAR_SIZES;
  const files: Partial<AvatarFiles> = {};
  for (const size of avatarSizes) {
    const pixels = AVATAR_SIZES[size];
    const square = decoder()(data, { raw: { width: large, height: large, channels } });
    if (pixels !== large) square.resize(pixels, pixels);
    files[size] = await square.webp({ quality: 82, effort: 4 }).toBuffer();
  }
  return files as AvatarFiles;
}
