import sharp from "sharp";

/** A photograph-like picture with noise, so that it does not compress away. */
export function photo(width = 1200, height = 900) {
  return sharp({ create: { width, height, channels: 3, background: "#7a8899", noise: { type: "gaussian", mean: 128, sigma: 25 } } });
}

/** Where the photograph below was taken, as its EXIF has it. */
export const GPS = { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 12/1", GPSLongitudeRef: "E", GPSLongitude: "13/1 24/1 18/1" };

/**
 * A photograph as a phone writes it held upright: stored lying, with EXIF orientation 6, a maker's name and where it
 * was taken. Upright, its upper half is red and its lower half blue.
 */
export async function phonePhoto(): Promise<Buffer> {
  const [width, height] = [1200, 1600];
  const half = (background: string) => sharp({ create: { width, height: height / 2, channels: 3, background } }).png().toBuffer();
  const upright = sharp({ create: { width, height, channels: 3, background: "#000" } }).composite([
    { input: await half("#d02020"), top: 0, left: 0 },
    { input: await half("#2030d0"), top: height / 2, left: 0 },
  ]);
  const lying = await sharp(await upright.png().toBuffer()).rotate(270).png().toBuffer();
  return sharp(lying).jpeg({ quality: 90 }).withMetadata({ orientation: 6, exif: { IFD0: { Make: "SecretCamera" }, IFD3: GPS } }).toBuffer();
}

/** The colour at a point given in parts of the width and height. */
export async function colourAt(picture: Uint8Array, x: number, y: number): Promise<{ r: number; g: number; b: number }> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return { r: data[at] as number, g: data[at + 1] as number, b: data[at + 2] as number };
}

/** A PNG whose header claims these dimensions; what follows is nothing. */
export function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(33);
  header.write("\x89PNG\r\n\x1a\n", "latin1");
  header.writeUInt32BE(13, 8);
  header.write("IHDR", 12, "latin1");
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  header.set([8, 2, 0, 0, 0], 24);
  return Buffer.concat([header, Buffer.alloc(64)]);
}

/** A GIF of many tiny frames. */
export function manyFrames(count: number): Buffer {
  const head = Buffer.from("474946383961080008008000000000ffffff", "hex");
  const frame = Buffer.from("21f904000a0000002c0000000008000800000207848fa9cbed5d00", "hex");
  return Buffer.concat([head, ...Array.from({ length: count }, () => frame), Buffer.from(";")]);
}
