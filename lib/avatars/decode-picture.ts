import { type Failure, fail } from "@/lib/core/errors";
import { decoder } from "./decoder";
import { isWhole } from "./is-whole";
import { AVATAR_SIZES, MAX_FILE_BYTES, MAX_PIXELS } from "./schema";
import { type PictureFormat, sniffFormat } from "./sniff-format";

/** Upright, square, of the largest size kept, and nothing but its points: what `encodeSizes` takes. */
export type Square = { data: Buffer; channels: 3 | 4 };
export type Decoded = { square: Square; format: PictureFormat; width: number; height: number };

const SECONDS = 8;

/**
 * Reads a picture: its middle, turned upright by EXIF, in sRGB, first frame only, all metadata gone. The header
 * is read and judged before anything is decoded. Errors: `too_large` (bytes), `unprocessable_image` (with the
 * reason in words). Run it in the decoding queue.
 */
export async function decodePicture(bytes: Uint8Array): Promise<Decoded | Failure> {
  if (bytes.length > MAX_FILE_BYTES) return fail("too_large");
  if (bytes.length === 0) return unusable("The file is empty.");
  const format = sniffFormat(bytes);
  if (format === null) return unusable("This is not a JPEG, PNG, WebP, GIF or AVIF picture.");
  try {
    const picture = decoder()(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error", sequentialRead: true, pages: 1 });
    const { width, height } = await picture.metadata();
    if (width * height > MAX_PIXELS) return tooManyPixels();
    if (!isWhole(bytes, format)) return damaged();
    const { large } = AVATAR_SIZES;
    const { data, info } = await picture
      .autoOrient()
      .resize(large, large, { fit: "cover" })
      .toColourspace("srgb")
      .timeout({ seconds: SECONDS })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { square: { data, channels: info.channels === 4 ? 4 : 3 }, format, width, height };
  } catch (error) {
    return explain(String(error), format);
  }
}

function explain(error: string, format: PictureFormat): Failure {
  if (/pixel limit/i.test(error)) return tooManyPixels();
  if (/timeout/i.test(error)) return unusable("This picture takes too long to read.");
  if (format === "heic") return unusable("HEIC pictures cannot be read here. Save it as JPEG and try again.");
  return damaged();
}

function damaged(): Failure {
  return unusable("This picture is damaged or not complete.");
}

function tooManyPixels(): Failure {
  return unusable("This picture has more than 50 megapixels.");
}

function unusable(detail: string): Failure {
  return fail("unprocessable_image", { detail });
}
