import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { expect, test } from "vitest";
import { diskStorage } from "@/lib/platform/storage/disk";
import { type HttpClient, httpClient, signedUp } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { photo } from "@/tests/support/pictures";
import { rounds } from "@/tests/support/rounds";
import { startApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";
import { upload } from "@/tests/support/uploads";

/** What an upload of this picture takes, generously: the moments are spread over it. */
const SPAN_MS = 160;

test("kill -9 in the middle of uploads: the picture shown is always there, and in the end nothing else is", async () => {
  const redis = await startTestRedis();
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const env = { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, DATA_DIR: join(folder, "data") };
  const sql = postgres(env.DATABASE_URL, { max: 2 });
  atEnd(() => sql.end());
  const storage = diskStorage(env.DATA_DIR);
  const picture = await photo(1_600, 1_200).jpeg().toBuffer();

  let app = await startApp({ env });
  const { client, answer } = await signedUp(app.url);
  const { id } = answer.body.user;
  expect((await upload(client, picture)).status).toBe(200);
  let moved = 0;
  for (let round = 0; round < rounds(100); round++) {
    const { image: before } = (await client.send("GET", "/api/users/me")).body;
    const under = Promise.allSettled([upload(client, picture), upload(client, picture)]);
    await sleep(Math.random() * SPAN_MS);
    await app.end("SIGKILL");
    await under;
    app = await startApp({ env, port: app.port });
    const image = await expectWhole(app.url, client);
    if (image.small !== before.small) moved += 1;
  }
  // Some were killed before they changed anything, some after.
  console.log(`      ${moved} of ${rounds(100)} kills came after a change`);

  await app.end("SIGTERM");
  await sql`update avatar_deletions set due_at = clock_timestamp() - interval '1 second'`;
  const swept = await sweep(env);
  expect(swept).toMatch(/replaced pictures deleted, 0 stray objects found/);
  const [user] = await sql`select avatar_version from users where id = ${id}`;
  const keys = [];
  for await (const { key } of storage.list("")) keys.push(key);
  expect(keys.sort()).toEqual(["large", "medium", "small"].map((size) => `avatars/${id}/${user?.avatar_version}-${size}.webp`));
  expect(await sql`select * from avatar_deletions`).toHaveLength(0);
});

/** Whoever is signed in sees a picture all of whose files are there. */
async function expectWhole(url: string, { jar }: HttpClient): Promise<Record<string, string>> {
  const client = httpClient(url);
  for (const [name, value] of jar) client.jar.set(name, value);
  const me = await client.send("GET", "/api/users/me");
  expect(me.status).toBe(200);
  for (const address of Object.values(me.body.image as Record<string, string>)) expect((await fetch(url + address)).status, address).toBe(200);
  return me.body.image;
}

/** `npm run sweep`, as an operator runs it. */
async function sweep(env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ["scripts/run.mjs", "sweep"], { env: { ...process.env, ...testSettings, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  await new Promise((resolve) => child.once("close", resolve));
  return output;
}
