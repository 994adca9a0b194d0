import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { uploadAvatar } from "@/lib/avatars/upload-avatar";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { avatarKey } from "@/lib/users/avatar-image";
import { makeOwner, versionOf } from "@/tests/support/avatars";
import { openTestWorld } from "@/tests/support/context";
import { claimingPng, colourAt, manyFrames, phonePhoto, photo } from "@/tests/support/pictures";

let context: Context;
let owner: UserContext;
const made: Record<string, Buffer> = {};

beforeAll(async () => {
  ({ context } = await openTestWorld());
  owner = await makeOwner(context);
  const picture = photo(900, 700);
  made.jpeg = await picture.clone().jpeg().toBuffer();
  made.progressive = await picture.clone().jpeg({ progressive: true }).toBuffer();
  made.png = await picture.clone().png().toBuffer();
  made.interlaced = await picture.clone().png({ progressive: true }).toBuffer();
  made.webp = await picture.clone().webp().toBuffer();
  made.gif = await picture.clone().resize(300).gif().toBuffer();
  made.avif = await picture.clone().resize(400).avif().toBuffer();
  made.grey16 = await picture.clone().greyscale().toColourspace("grey16").png().toBuffer();
  made.rgb16 = await picture.clone().toColourspace("rgb16").png().toBuffer();
  made.transparent = await picture.clone().ensureAlpha(0.4).png().toBuffer();
  made.cmyk = await picture.clone().toColourspace("cmyk").jpeg().toBuffer();
  made.tiny = await picture.clone().resize(1, 1).png().toBuffer();
  made.thin = await picture.clone().resize(8_000, 1, { fit: "fill" }).png().toBuffer();
  made.tiff = await picture.clone().resize(60).tiff().toBuffer();
  await uploadAvatar(owner, made.jpeg);
}, 60_000);

async function shown(): Promise<Buffer> {
  return Buffer.from((await context.storage.get(avatarKey(owner.actor.userId, (await versionOf(context, owner.actor.userId)) as string, "large"))) as Uint8Array);
}

describe("a picture of any accepted kind", () => {
  test.each(["jpeg", "progressive", "png", "interlaced", "webp", "gif", "avif", "grey16", "rgb16", "transparent", "cmyk", "tiny", "thin"])("%s becomes three WebP files", async (kind) => {
    const user = await uploadAvatar(owner, made[kind] as Buffer);
    if (isFailure(user)) throw new Error(`${user.failure}: ${user.detail}`);
    const version = (await versionOf(context, owner.actor.userId)) as string;
    for (const [size, pixels] of [["small", 64], ["medium", 256], ["large", 512]] as const) {
      const file = (await context.storage.get(avatarKey(owner.actor.userId, version, size))) as Uint8Array;
      expect(await sharp(file).metadata()).toMatchObject({ format: "webp", width: pixels, height: pixels, space: "srgb" });
    }
    expect(await sharp(await shown()).metadata()).toMatchObject({ hasAlpha: kind === "transparent" });
  });

  test("of many frames: the first", async () => {
    const frames = await Promise.all(["#d00000", "#00d000", "#0000d0"].map((background) => sharp({ create: { width: 80, height: 80, channels: 3, background } }).png().toBuffer()));
    for (const animated of [await sharp(frames, { join: { animated: true } }).gif({ delay: [100, 100, 100] }).toBuffer(), await sharp(frames, { join: { animated: true } }).webp({ delay: [100, 100, 100] }).toBuffer()]) {
      expect((await sharp(animated).metadata()).pages).toBe(3);
      expect(isFailure(await uploadAvatar(owner, animated))).toBe(false);
      const file = await shown();
      expect((await sharp(file).metadata()).pages).toBeUndefined();
      expect((await colourAt(file, 0.5, 0.5)).r).toBeGreaterThan(150);
    }
  });

  test("is upright, whatever EXIF says of the eight ways", async () => {
    const upright = await sharp({ create: { width: 300, height: 300, channels: 3, background: "#d00000" } })
      .composite([{ input: { create: { width: 300, height: 150, channels: 3, background: "#0000d0" } }, top: 150, left: 0 }])
      .png()
      .toBuffer();
    const undo: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image, 2: (image) => image.flop(), 3: (image) => image.rotate(180), 4: (image) => image.flip(),
      6: (image) => image.rotate(270), 8: (image) => image.rotate(90),
    };
    for (const [orientation, turn] of Object.entries(undo)) {
      const stored = await turn(sharp(upright)).png().toBuffer();
      await uploadAvatar(owner, await sharp(stored).jpeg().withMetadata({ orientation: Number(orientation) }).toBuffer());
      expect((await colourAt(await shown(), 0.5, 0.2)).r, orientation).toBeGreaterThan(150);
      expect((await colourAt(await shown(), 0.5, 0.8)).b, orientation).toBeGreaterThan(150);
    }
  });

  test("keeps nothing of where and with what it was taken", async () => {
    const sent = await phonePhoto();
    const { exif } = await sharp(sent).metadata();
    expect(exif?.includes("SecretCamera")).toBe(true);
    await uploadAvatar(owner, sent);
    const file = await shown();
    const { exif: kept, xmp, icc, iptc, orientation } = await sharp(file).metadata();
    expect([kept, xmp, icc, iptc, orientation]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(file.includes("SecretCamera")).toBe(false);
  });
});

/** A PNG of 16,000 × 16,000 points that weighs 750 kB. */
function largePng(): Buffer {
  const [width, height] = [16_000, 16_000];
  const row = Buffer.alloc(1 + (width * 3) / 24);
  const chunk = (type: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(content.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const data = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)), { level: 1 });
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A JPEG of a few hundred bytes whose header claims the largest dimensions there are. */
function claimingJpeg(): Buffer {
  const jpeg = Buffer.from(made.jpeg as Buffer);
  const frame = jpeg.indexOf(Buffer.of(0xff, 0xc0));
  jpeg.writeUInt16BE(65_535, frame + 5);
  jpeg.writeUInt16BE(65_535, frame + 7);
  return jpeg;
}

function cut(kind: string, part: number): Buffer {
  const whole = made[kind] as Buffer;
  return whole.subarray(0, Math.floor(whole.length * part));
}

const hostile: [string, () => Buffer][] = [
  ["an empty file", () => Buffer.alloc(0)],
  ["one byte", () => Buffer.of(0xff)],
  ["noise", () => Buffer.from(Array.from({ length: 9_000 }, (_, index) => (index * 7_919) % 251))],
  ["a PNG of 16,000 × 16,000", largePng],
  ["a PNG header of 65,535²", () => claimingPng(65_535, 65_535)],
  ["a PNG header of the most there is", () => claimingPng(0x7fffffff, 0x7fffffff)],
  ["a PNG header of nothing", () => claimingPng(0, 0)],
  ["a JPEG header of 65,535²", claimingJpeg],
  ["an SVG", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>')],
  ["an SVG that reads a file", () => Buffer.from('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>')],
  ["an HTML page", () => Buffer.from("<!doctype html><script>alert(1)</script>")],
  ["a PDF", () => Buffer.from("%PDF-1.7\n1 0 obj")],
  ["a TIFF", () => made.tiff as Buffer],
  ["a HEIC that this decoder cannot read", () => Buffer.concat([Buffer.from("000000186674797068656963000000006d69663168656963", "hex"), Buffer.alloc(400)])],
  ["an AVIF that is only a header", () => (made.avif as Buffer).subarray(0, 64)],
  ["a WebP that is only a header", () => (made.webp as Buffer).subarray(0, 20)],
  ["a GIF that is only a header", () => (made.gif as Buffer).subarray(0, 13)],
  ...["jpeg", "progressive", "png", "interlaced", "webp", "gif", "avif"].flatMap((kind) => [0.3, 0.7, 0.97].map((part): [string, () => Buffer] => [`${kind} cut at ${part}`, () => cut(kind, part)])),
];

describe("a hostile file", () => {
  test.each(hostile)("%s is refused in words, quickly, and the old picture stays", async (_what, file) => {
    const bytes = file();
    const before = await versionOf(context, owner.actor.userId);
    const resident = process.memoryUsage().rss;
    const began = performance.now();
    const refused = await uploadAvatar(owner, bytes);
    expect(refused).toMatchObject({ failure: "unprocessable_image", detail: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - resident).toBeLessThan(100 * 1024 * 1024);
    expect(await versionOf(context, owner.actor.userId)).toBe(before);
  });

  test("five thousand frames: the first, or a refusal; quickly and in little memory", async () => {
    const bytes = manyFrames(5_000);
    const resident = process.memoryUsage().rss;
    const began = performance.now();
    const user = await uploadAvatar(owner, bytes);
    if (isFailure(user)) expect(user.failure).toBe("unprocessable_image");
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - resident).toBeLessThan(100 * 1024 * 1024);
  });

  test("a polyglot: what comes out is the picture alone", async () => {
    const payload = "<script>alert(document.domain)</script><?php system($_GET['c']); ?>";
    const commented = await sharp(made.jpeg as Buffer).jpeg().withExif({ IFD0: { ImageDescription: payload } }).toBuffer();
    for (const bytes of [Buffer.concat([made.jpeg as Buffer, Buffer.from(payload)]), Buffer.concat([made.png as Buffer, Buffer.from(`PK\x03\x04${payload}`)]), commented]) {
      expect(bytes.includes("alert(")).toBe(true);
      expect(isFailure(await uploadAvatar(owner, bytes))).toBe(false);
      const file = await shown();
      for (const trace of ["alert(", "<?php", "PK\x03\x04", "script"]) expect(file.includes(trace)).toBe(false);
    }
  });

  test("a byte more than 5 MB is too large", async () => {
    expect(await uploadAvatar(owner, Buffer.alloc(5 * 1024 * 1024 + 1))).toMatchObject({ failure: "too_large" });
  });

  test("the largest pictures allowed stay within bounds, one after the other", async () => {
    const [width, height] = [7_071, 7_071];
    const flat = sharp({ create: { width, height, channels: 3, background: "#446688" } });
    const resident = process.memoryUsage().rss;
    for (const bytes of [await flat.clone().jpeg({ progressive: true }).toBuffer(), await flat.clone().png().toBuffer(), await flat.clone().webp().toBuffer()]) {
      const began = performance.now();
      const user = await uploadAvatar(owner, bytes);
      if (isFailure(user)) throw new Error(user.detail);
      expect(performance.now() - began).toBeLessThan(10_000);
    }
    expect(process.memoryUsage().rss - resident).toBeLessThan(900 * 1024 * 1024);
  }, 120_000);
});
