import sharp from "sharp";
import { singleton } from "@/lib/core/singleton";

/** libvips' loaders of the kinds that `sniffFormat` lets pass. */
const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Heif"].map((kind) => `VipsForeignLoad${kind}`);

/**
 * sharp, set up once: one thread a picture (the queue says how many pictures at once), nothing kept after it,
 * and no loader but the five, should a file ever look like one kind to us and like another to libvips.
 */
export function decoder(): typeof sharp {
  return singleton("avatars.decoder", () => {
    sharp.concurrency(1);
    sharp.cache(false);
    sharp.block({ operation: ["VipsForeignLoad"] });
    sharp.unblock({ operation: LOADERS });
    return sharp;
  });
}
