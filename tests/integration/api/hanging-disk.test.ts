import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";
import { httpClient, PASSWORD, signedUp } from "./http-client";

test("a disk that hangs takes the pictures and nothing else: cookies are opened, pages compressed, names found", async () => {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, DATA_DIR: folder } });
  const { client, email } = await signedUp(app.url);
  let image: Record<string, string> | null = null;
  await expect.poll(async () => (image = (await client.send("GET", "/api/users/me")).body.image), { timeout: 10_000 }).not.toBeNull();
  // Whoever opens one of these to read waits until somebody writes.
  const files = readdirSync(join(folder, "objects"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".webp"));
  for (const file of files.map((name) => join(folder, "objects", name))) {
    rmSync(file);
    expect(spawnSync("mkfifo", [file]).status).toBe(0);
  }
  const pictures = Array.from({ length: 40 }, (_, index) => fetch(app.url + Object.values(image ?? {})[index % 3]).then(({ status }) => status));
  await expect.poll(async () => (await (await fetch(`${app.url}/api/ready`)).json()).storage, { timeout: 10_000 }).toBe("down");
  for (let time = 0; time < 5; time++) {
    const started = performance.now();
    const other = httpClient(app.url);
    expect((await other.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
    expect((await other.send("GET", "/api/auth/session")).status).toBe(200);
    const page = await fetch(`${app.url}/sign-in`, { headers: { "accept-encoding": "gzip" } });
    expect([page.status, (await page.text()).includes("</html>")]).toEqual([200, true]);
    expect(performance.now() - started).toBeLessThan(5_000);
  }
  expect(new Set(await Promise.all(pictures))).toEqual(new Set([503]));
}, 120_000);
