import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "@/lib/core/ids";
import { userSchema } from "@/lib/users/schema";
import { type GravatarServer, sends, startGravatar } from "@/tests/support/gravatar-server";
import { newDatabase } from "@/tests/support/new-database";
import { colourAt, GPS, phonePhoto, photo } from "@/tests/support/pictures";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { MULTIPART, multipart, upload } from "@/tests/support/uploads";
import { type HttpClient, httpClient, signedIn, signedUp } from "./http-client";

const CALL = "/api/users/me/avatar";
const MEGABYTE = 1024 * 1024;

let app: TestApp;
let gravatar: GravatarServer;
let jpeg: Buffer;

beforeAll(async () => {
  const redis = await startTestRedis();
  gravatar = await startGravatar();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, GRAVATAR_URL: gravatar.url } });
  jpeg = await photo().jpeg().toBuffer();
}, 300_000);

/** Signed up, and past the first moments, in which there is no picture yet. */
async function withPicture(): Promise<{ client: HttpClient; email: string; id: string }> {
  const { client, email, answer } = await signedUp(app.url);
  for (let tries = 0; (await imageOf(client)) === null; tries++) {
    if (tries === 50) throw new Error("the first picture does not come");
    await sleep(100);
  }
  return { client, email, id: answer.body.user.id };
}

async function imageOf(client: HttpClient): Promise<{ small: string; medium: string; large: string } | null> {
  return (await client.send("GET", "/api/users/me")).body.image;
}

async function served(path: string, headers: Record<string, string> = {}, method = "GET") {
  const response = await fetch(app.url + path, { headers, method });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe("a picture over HTTP", () => {
  test("is uploaded, served in three sizes for ever, and the one before is gone", async () => {
    const { client, id } = await withPicture();
    const before = await imageOf(client);
    const answer = await upload(client, jpeg);
    expect(answer.status, answer.text).toBe(200);
    expect(userSchema.parse(answer.body)).toEqual(answer.body);
    const { image } = answer.body;
    expect(image.small).toMatch(new RegExp(`^/api/avatars/${id}/[0-9a-f-]{36}/small$`));
    expect((await client.send("GET", "/api/auth/session")).body.user.image).toEqual(image);
    expect((await (await signedUp(app.url)).client.send("GET", `/api/users/${id}`)).body.image).toEqual(image);
    for (const [size, pixels] of [["small", 64], ["medium", 256], ["large", 512]] as const) {
      const file = await served(image[size]);
      expect(file.status).toBe(200);
      expect(await sharp(file.bytes).metadata()).toMatchObject({ format: "webp", width: pixels, height: pixels });
      expect(file.headers.get("content-type")).toBe("image/webp");
      expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
      expect(file.headers.get("content-security-policy")).toBe("sandbox; default-src 'none'");
      expect(file.headers.getSetCookie()).toEqual([]);
    }
    expect((await served(before?.small as string)).status).toBe(404);
  });

  test("has a strong ETag: 304 while it is shown, 404 once it is not", async () => {
    const { client } = await withPicture();
    const { image } = (await upload(client, jpeg)).body;
    const first = await served(image.medium);
    const etag = first.headers.get("etag") as string;
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await served(image.medium, { "if-none-match": known });
      expect([again.status, again.bytes.length, again.headers.get("etag")]).toEqual([304, 0, etag]);
      expect(again.headers.get("cache-control")).toContain("immutable");
    }
    expect((await served(image.medium, { "if-none-match": '"other"' })).status).toBe(200);
    expect((await served(image.small)).headers.get("etag")).not.toBe(etag);
    const head = await served(image.medium, {}, "HEAD");
    expect([head.status, head.bytes.length, head.headers.get("etag"), head.headers.get("content-type")]).toEqual([200, 0, etag, "image/webp"]);
    expect((await client.send("DELETE", CALL)).status).toBe(204);
    const gone = await served(image.medium, { "if-none-match": etag });
    expect(gone.status).toBe(404);
    expect(gone.headers.get("cache-control")).toBe("private, no-store");
    expect(await imageOf(client)).toBeNull();
    expect((await client.send("DELETE", CALL)).status).toBe(204);
  });

  test("whatever is no address of a shown picture is 404", async () => {
    const { client, id } = await withPicture();
    const other = await withPicture();
    const { image } = (await upload(client, jpeg)).body;
    const version = image.small.split("/")[4];
    for (const path of [
      `${id}/${newId()}/small`, `${newId()}/${version}/small`, `${other.id}/${version}/small`, `${id}/${version}/huge`, `${id}/${version}/SMALL`, `${id}/${version}/64`, `${id}/${version.toUpperCase()}/small`,
      `${id}/..%2f..%2f/small`, `x/y/small`, `${id}/${version}`, `${id}/${version}/small/more`, `${id}/${version}/toString`,
    ]) expect((await served(`/api/avatars/${path}`)).status, path).toBe(404);
    expect((await served(image.small, {}, "POST")).status).toBe(405);
  });

  test("is upright and tells nothing of where it was taken", async () => {
    const { client } = await withPicture();
    const sent = await phonePhoto();
    expect((await sharp(sent).metadata()).orientation).toBe(6);
    expect(sent.includes("SecretCamera")).toBe(true);
    const { image } = (await upload(client, sent)).body;
    for (const size of ["small", "medium", "large"]) {
      const { bytes } = await served(image[size]);
      const { exif, xmp, icc, iptc, orientation } = await sharp(bytes).metadata();
      expect({ exif, xmp, icc, iptc, orientation }).toEqual({});
      for (const trace of ["SecretCamera", "Exif", "GPS", GPS.GPSLatitude]) expect(bytes.includes(trace)).toBe(false);
      const [above, below] = [await colourAt(bytes, 0.5, 0.1), await colourAt(bytes, 0.5, 0.9)];
      expect([above.r > 180, above.b < 90, below.b > 180, below.r < 90]).toEqual([true, true, true, true]);
    }
  });

  test("changes in the user's other open browsers", async () => {
    const { client, email } = await withPicture();
    const other = await signedIn(app.url, email);
    const stream = await fetch(`${app.url}/api/auth/events`, { headers: { cookie: [...other.client.jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    await upload(client, jpeg);
    let heard = "";
    while (!heard.includes("avatar.changed")) heard += (await reader.read()).value ?? "";
    expect(heard).toContain("event: avatar.changed\ndata: {}");
    await reader.cancel();
  });

  test("is told of in the activity, with sizes and duration", async () => {
    const { client } = await withPicture();
    await upload(client, jpeg);
    await client.send("POST", CALL, { source: "gravatar" });
    await client.send("DELETE", CALL);
    const { items } = (await client.send("GET", "/api/auth/activity?limit=3")).body;
    expect(items.map((event: any) => [event.type, event.actor])).toEqual([["avatar.removed", "user"], ["avatar.regenerated", "user"], ["avatar.uploaded", "user"]]);
    expect(items[2].detail).toEqual({ format: "jpeg", width: 1200, height: 900, bytes: jpeg.length, stored: { small: expect.any(Number), medium: expect.any(Number), large: expect.any(Number) }, durationMs: expect.any(Number) });
    expect(items[1].detail).toMatchObject({ source: "identicon", durationMs: expect.any(Number) });
    const { small, medium, large } = items[1].detail.stored;
    expect(items[0].detail).toMatchObject({ bytes: small + medium + large, durationMs: expect.any(Number) });
    for (const type of ["avatar.removed", "avatar.regenerated", "avatar.uploaded"]) expect((await client.send("GET", `/api/auth/activity?type=${type}`)).body.items).toHaveLength(1);
  });

  test("one that is refused is told of too, and why", async () => {
    const { client } = await withPicture();
    await upload(client, Buffer.from("no picture"));
    await vi.waitFor(async () => expect((await client.send("GET", "/api/auth/activity?type=request.refused")).body.items).toMatchObject([{ detail: { what: "picture", reason: "unprocessable_image" } }]), 5_000);
  });

  test("sixty uploads in a minute are no flood", async () => {
    const { client } = await withPicture();
    const small = await photo(80, 80).jpeg().toBuffer();
    const statuses = [];
    for (let i = 0; i < 60; i++) statuses.push((await upload(client, small)).status);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});

describe("Gravatar over HTTP", () => {
  test("sign-up does not wait for it, and the picture comes by itself; the server is asked for nothing but a hash", async () => {
    gravatar.answer = (response) => void setTimeout(() => sends(jpeg)(response), 1_500);
    const began = performance.now();
    const { client, answer, email } = await signedUp(app.url);
    expect(performance.now() - began).toBeLessThan(1_400);
    expect(answer.body.user.image).toBeNull();
    await expect.poll(() => imageOf(client), { timeout: 5_000 }).not.toBeNull();
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256").update(email.trim().toLowerCase()).digest("hex");
    expect(gravatar.asked.filter((path) => path.includes(hash))).toEqual([`/avatar/${hash}?s=512&d=identicon&r=g`]);
    expect((await client.send("GET", "/api/auth/activity")).body.items.map((event: any) => event.type)).toEqual(["sign_in.succeeded", "account.created"]);
  });

  test("one can go back to it, and a removal is the owner's word", async () => {
    gravatar.answer = sends(await photo(300, 300).composite([{ input: { create: { width: 300, height: 300, channels: 3, background: "#00c000" } } }]).png().toBuffer());
    const { client } = await withPicture();
    const { image: own } = (await upload(client, jpeg)).body;
    const back = await client.send("POST", CALL, { source: "gravatar" });
    expect(back.status, back.text).toBe(200);
    expect(back.body.image.small).not.toBe(own.small);
    expect((await colourAt((await served(back.body.image.large)).bytes, 0.5, 0.5)).g).toBeGreaterThan(150);
    expect((await served(own.small)).status).toBe(404);
    await client.send("DELETE", CALL);
    await sleep(500);
    expect(await imageOf(client)).toBeNull();
    gravatar.answer = (response) => response.writeHead(404).end();
  });
});

describe("a wrong upload over HTTP", () => {
  let client: HttpClient;
  let image: unknown;
  beforeAll(async () => {
    client = (await withPicture()).client;
    image = (await upload(client, jpeg)).body.image;
  });

  const file = (content: Uint8Array | string) => multipart([{ name: "file", content }]);
  test.each<[string, number, string, () => unknown, Record<string, string>]>([
    ["no boundary", 400, "invalid_input", () => file(jpeg), { "content-type": "multipart/form-data" }],
    ["another field", 400, "invalid_input", () => multipart([{ name: "picture", content: jpeg }]), MULTIPART],
    ["a second file", 400, "invalid_input", () => multipart([{ name: "file", content: jpeg }, { name: "file", content: jpeg }]), MULTIPART],
    ["another field beside it", 400, "invalid_input", () => multipart([{ name: "file", content: jpeg }, { name: "x", content: "y" }]), MULTIPART],
    ["many parts", 400, "invalid_input", () => multipart(Array.from({ length: 500 }, () => ({ name: "file", content: "x" }))), MULTIPART],
    ["a part's header of 12 KB", 400, "invalid_input", () => multipart([{ name: "file", content: jpeg, headers: `X-Long: ${"x".repeat(12_000)}\r\n` }]), MULTIPART],
    ["a form without parts", 400, "invalid_input", () => multipart([]), MULTIPART],
    ["a form that breaks off", 400, "invalid_input", () => file(jpeg).subarray(0, 5_000), MULTIPART],
    ["no form at all", 400, "invalid_input", () => "hello", MULTIPART],
    ["no body", 400, "invalid_input", () => undefined, {}],
    ["another source", 400, "invalid_input", () => ({ source: "http://example.com/x.png" }), {}],
    ["an unknown key", 400, "invalid_input", () => ({ source: "gravatar", email: "other@example.com" }), {}],
    ["the bare file", 415, "unsupported_media", () => jpeg, { "content-type": "image/jpeg" }],
    ["a byte more than 5 MB", 413, "too_large", () => file(Buffer.alloc(5 * MEGABYTE + 1)), MULTIPART],
    ["20 MB", 413, "too_large", () => file(Buffer.alloc(20 * MEGABYTE)), MULTIPART],
    ["an empty file", 422, "unprocessable_image", () => file(""), MULTIPART],
    ["a text", 422, "unprocessable_image", () => file("hello"), MULTIPART],
  ])("%s is %d, and the old picture stays", async (_what, status, code, body, headers) => {
    const answer = await client.send("POST", CALL, body(), headers);
    expect([answer.status, answer.body?.code], answer.text).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await imageOf(client)).toEqual(image);
  });

  test("exactly 5 MB is read", async () => {
    const padded = Buffer.concat([jpeg, Buffer.alloc(5 * MEGABYTE - jpeg.length)]);
    expect((await upload((await withPicture()).client, padded)).status).toBe(200);
  });

  test("413 comes at the first byte over, while the sender still sends", async () => {
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const socket = connect(app.port, "127.0.0.1");
    let sent = 0;
    const head = `POST ${CALL} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${app.url}\r\nCookie: ${cookie}\r\nContent-Type: ${MULTIPART["content-type"]}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const begin = multipart([{ name: "file", content: "" }]).subarray(0, 120);
    const chunk = Buffer.alloc(64 * 1024, 1);
    const answer = new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    let over = false;
    void answer.then(() => (over = true));
    socket.on("error", () => {});
    socket.write(`${head}${begin.length.toString(16)}\r\n${begin}\r\n`);
    while (!over && sent < 200 * MEGABYTE) {
      const more = socket.write(Buffer.concat([Buffer.from("10000\r\n"), chunk, Buffer.from("\r\n")]));
      sent += chunk.length;
      if (more) await new Promise(setImmediate);
      else await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), sleep(50)]);
    }
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    // What the sockets between had taken up already comes on top.
    expect(sent).toBeLessThan(16 * MEGABYTE);
    socket.destroy();
  });

  test("who is signed out or comes from another site changes nothing", async () => {
    expect((await upload(httpClient(app.url), jpeg)).body).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await httpClient(app.url).send("DELETE", CALL)).status).toBe(401);
    const body = multipart([{ name: "file", content: jpeg }]);
    for (const path of [CALL, "/profile/picture"]) {
      const foreign = await client.send("POST", path, body, { ...MULTIPART, origin: "https://evil.example" });
      expect([foreign.status, foreign.body.code], path).toEqual([403, "cross_origin"]);
    }
    expect((await client.send("DELETE", CALL, undefined, { origin: "null" })).status).toBe(403);
    expect(await imageOf(client)).toEqual(image);
  });
});

describe("the plain form", () => {
  test("answers 303 to the profile, which says what went wrong", async () => {
    const { client } = await withPicture();
    const before = await imageOf(client);
    const done = await upload(client, jpeg, "/profile/picture");
    expect([done.status, done.headers.get("location")]).toEqual([303, "/profile"]);
    expect(await imageOf(client)).not.toEqual(before);
    const wrong = await upload(client, "no picture", "/profile/picture");
    expect([wrong.status, wrong.headers.get("location")]).toEqual([303, "/profile?picture=unprocessable_image"]);
    expect((await client.send("GET", "/profile?picture=unprocessable_image")).text).toContain("This file cannot be used");
    const big = await upload(client, Buffer.alloc(6 * MEGABYTE), "/profile/picture");
    expect(big.headers.get("location")).toBe("/profile?picture=too_large");
    expect((await client.send("GET", "/profile?picture=%3Cscript%3E")).text).not.toContain("alert");
    const out = await upload(httpClient(app.url), jpeg, "/profile/picture");
    expect([out.status, out.headers.get("location")]).toEqual([303, "/sign-in?ended=1&next=%2Fprofile"]);
  });
});
