import type { PictureFormat } from "./sniff-format";

/**
 * Whether a JPEG or PNG file reaches its own end. The decoder reads only as far as the middle of the picture needs,
 * so it would not notice what is cut off below; of the other kinds it always reads all.
 */
export function isWhole(bytes: Uint8Array, format: PictureFormat): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (format === "jpeg") return jpegReachesEnd(file);
  if (format === "png") return pngReachesEnd(file);
  return true;
}

/** Segments up to the first scan, which carry their length, then the end marker (ITU-T T.81, B.1.1). A thumbnail's own lies before. */
function jpegReachesEnd(file: Buffer): boolean {
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff) {
    const marker = file[at + 1];
    if (marker === 0xda) return file.indexOf(Buffer.of(0xff, 0xd9), at) !== -1;
    at += marker === 0xff ? 1 : 2 + file.readUInt16BE(at + 2);
  }
  return false;
}

/** Chunks of length, type, content, checksum, the last of which is IEND (RFC 2083, 3.2). */
function pngReachesEnd(file: Buffer): boolean {
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString("latin1", at + 4, at + 8) === "IEND") return true;
  }
  return false;
}
