import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { checkSettings } from "@/lib/platform/env";
import { openStorage } from "@/lib/platform/storage/open-storage";
import type { Storage } from "@/lib/platform/storage/storage";
import { newDatabase } from "@/tests/support/new-database";
import { photo } from "@/tests/support/pictures";
import { hasS3, type S3Server, startS3 } from "@/tests/support/s3-server";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";
import { upload } from "@/tests/support/uploads";
import { type HttpClient, signedUp } from "./http-client";

const PUBLIC_URL = "https://pictures.example.org/latchkey";

describe.skipIf(!hasS3())("pictures on a real S3 server", () => {
  let app: TestApp;
  let s3: S3Server;
  let storage: Storage;
  let sql: postgres.Sql;
  let jpeg: Buffer;

  beforeAll(async () => {
    const redis = await startTestRedis();
    s3 = await startS3();
    const env = { ...s3.settings, DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, S3_PUBLIC_URL: `${PUBLIC_URL}/` };
    app = await startApp({ env });
    const { settings } = checkSettings({ ...testSettings, ...env });
    if (!settings) throw new Error("settings");
    storage = await openStorage(settings);
    sql = postgres(env.DATABASE_URL, { max: 2 });
    atEnd(async () => {
      storage.close();
      await sql.end();
    });
    jpeg = await photo(300, 300).jpeg().toBuffer();
  }, 300_000);

  async function withUpload(): Promise<{ client: HttpClient; id: string; image: Record<string, string> }> {
    const { client, answer } = await signedUp(app.url);
    const done = await upload(client, jpeg);
    expect(done.status, done.text).toBe(200);
    return { client, id: answer.body.user.id, image: done.body.image };
  }

  async function stored(id: string): Promise<string[]> {
    const keys = [];
    for await (const { key } of storage.list(`avatars/${id}/`)) keys.push(key);
    return keys.sort();
  }

  const imageOf = async (client: HttpClient) => (await client.send("GET", "/api/users/me")).body.image;
  const keyOf = (address: string) => address.slice(PUBLIC_URL.length + 1);

  test("have the CDN's addresses, which the pages' policy lets through; the objects are there, and go once replaced", async () => {
    const { client, id, image } = await withUpload();
    expect(image.small).toMatch(new RegExp(`^${PUBLIC_URL}/avatars/${id}/[0-9a-f-]{36}-small\\.webp$`));
    const file = await storage.get(keyOf(image.large as string));
    expect(await sharp(file as Uint8Array).metadata()).toMatchObject({ format: "webp", width: 512 });
    const page = await client.send("GET", "/profile");
    expect(page.headers.get("content-security-policy")).toContain("img-src 'self' data: blob: https://pictures.example.org;");
    const version = /([0-9a-f-]{36})-small/.exec(image.small as string)?.[1];
    expect((await fetch(`${app.url}/api/avatars/${id}/${version}/small`)).status).toBe(200);
    const { image: next } = (await upload(client, jpeg)).body;
    expect((await fetch(`${app.url}/api/avatars/${id}/${version}/small`)).status).toBe(404);
    await expect.poll(() => stored(id), { timeout: 15_000 }).toEqual(Object.values(next as Record<string, string>).map(keyOf).sort());
    await client.send("DELETE", "/api/users/me/avatar");
    await expect.poll(() => stored(id), { timeout: 15_000 }).toEqual([]);
  });

  test("while the server is frozen: upload 503 and the old picture stays; everything else works; then all is well again", async ({ skip }) => {
    if (!s3.freeze) skip("the S3 server is not ours to freeze");
    const { client, id, image } = await withUpload();
    s3.freeze?.();
    try {
      const began = performance.now();
      const refused = await upload(client, jpeg);
      expect([refused.status, refused.body.code, refused.headers.has("retry-after")]).toEqual([503, "unavailable", true]);
      expect(performance.now() - began).toBeLessThan(15_000);
      expect((await client.send("POST", "/api/users/me/avatar", { source: "gravatar" })).status).toBe(503);
      expect(await imageOf(client)).toEqual(image);
      const began2 = performance.now();
      const { answer } = await signedUp(app.url);
      expect(answer.status).toBe(201);
      expect((await client.send("GET", "/api/auth/sessions")).status).toBe(200);
      expect(performance.now() - began2).toBeLessThan(3_000);
      expect(await (await fetch(`${app.url}/api/ready`)).json()).toEqual({ postgres: "ok", redis: "ok", storage: "down" });
      // Nothing but the bytes themselves needs the storage: the picture can be removed.
      const { client: other } = await signedUp(app.url);
      expect((await other.send("DELETE", "/api/users/me/avatar")).status).toBe(204);
    } finally {
      s3.thaw?.();
    }
    await expect.poll(async () => (await fetch(`${app.url}/api/ready`)).status, { timeout: 15_000 }).toBe(200);
    const after = await upload(client, jpeg);
    expect(after.status).toBe(200);
    await sleep(500);
    await sql`update avatar_deletions set due_at = clock_timestamp()`;
    await expect.poll(() => stored(id), { timeout: 20_000 }).toEqual(Object.values(after.body.image as Record<string, string>).map(keyOf).sort());
  });
});
