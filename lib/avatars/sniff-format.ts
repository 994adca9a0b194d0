export type PictureFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic";

const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];

/**
 * What a file is by its first bytes, whatever its name or its sender says; null for all that is not a picture
 * we read. No decoder sees a file that has not passed here: SVG, PDF and TIFF parsers stay out of reach.
 */
export function sniffFormat(bytes: Uint8Array): PictureFormat | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 32)).toString("latin1");
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "webp";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.slice(4, 8) !== "ftyp") return null;
  const brand = head.slice(8, 12);
  if (brand === "avif" || brand === "avis") return "avif";
  if (!HEIC_BRANDS.includes(brand)) return null;
  return head.includes("avif", 16) ? "avif" : "heic";
}
