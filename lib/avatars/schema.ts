/** The sizes kept of each picture, in pixels of a square. */
export const AVATAR_SIZES = { small: 64, medium: 256, large: 512 } as const;
export type AvatarSize = keyof typeof AVATAR_SIZES;
export const avatarSizes = ["small", "medium", "large"] as const satisfies readonly AvatarSize[];

/** What a file may weigh, bytes. */
export const MAX_FILE_BYTES = 5 * 1024 * 1024;
/** What a picture may measure, width times height. */
export const MAX_PIXELS = 50_000_000;

/** The kinds that are read. HEIC is tried too, but most builds of the decoder lack it. */
export const ACCEPTED_TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"] as const;
