import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";
import { startTestRedis } from "@/tests/support/test-redis";

async function servers(): Promise<Record<string, string>> {
  return { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url };
}

test("a worker that dies is replaced, the other one answers meanwhile, SIGTERM ends all of them with 0", async () => {
  const app = await startApp({ env: { ...(await servers()), WORKERS: "2" } });
  const before = childrenOf(app.pid);
  expect(before).toHaveLength(2);
  process.kill(before[0] as number, "SIGKILL");
  for (let i = 0; i < 20; i++) expect((await fetch(`${app.url}/api/health`)).status).toBe(200);
  await expect.poll(() => childrenOf(app.pid).filter((pid) => pid !== before[0]).length, { timeout: 10_000 }).toBe(2);
  expect((await fetch(`${app.url}/api/ready`)).status).toBe(200);
  const workers = childrenOf(app.pid);
  expect(await app.end("SIGTERM")).toBe(0);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
});

test("SIGTERM closes an open event stream and exits with 0 at once", async () => {
  const app = await startApp({ env: await servers() });
  const signUp = await fetch(`${app.url}/api/auth/signup`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "a@latchkey.example", password: "a long phrase of 7 words", name: "A" }),
  });
  const cookie = signUp.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  const stream = await fetch(`${app.url}/api/auth/events`, { headers: { cookie } });
  expect(stream.status).toBe(200);
  const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
  const started = Date.now();
  const ended = app.end("SIGTERM");
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) expect(Date.now() - started).toBeLessThan(5_000);
  expect(await ended).toBe(0);
  expect(Date.now() - started).toBeLessThan(5_000);
});

test("within the grace after SIGTERM every worker answers, says that it is going, and wants no more", async () => {
  const app = await startApp({ env: { ...(await servers()), WORKERS: "2", DRAIN_SECONDS: "5" } });
  const started = Date.now();
  const ended = app.end("SIGTERM");
  await expect.poll(async () => (await fetch(`${app.url}/api/ready`)).status, { interval: 20 }).toBe(503);
  await sleep(200);
  for (let i = 0; i < 20; i++) {
    const [ready, health] = [await fetch(`${app.url}/api/ready`), await fetch(`${app.url}/api/health`)];
    expect([ready.status, await ready.json(), ready.headers.get("connection")]).toEqual([503, { postgres: "ok", redis: "ok", storage: "ok" }, "close"]);
    const draining = await fetch(`${app.url}/api/ready?only=draining`);
    expect([draining.status, await draining.json()]).toEqual([503, { draining: true }]);
    expect([health.status, health.headers.get("connection")]).toEqual([200, "close"]);
  }
  expect(await ended).toBe(0);
  expect(Date.now() - started).toBeGreaterThan(5_000);
});

test("without a build it says so, in a sentence", async () => {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  await expect(startApp({ env: { ...(await servers()), BUILD_FOLDER: folder } })).rejects.toThrow(/\nThere is no build here: run `npm run build` first.\n$/);
});

test("with a wrong setting the app does not start and lists what is wrong", async () => {
  const starting = startApp({ env: { DATABASE_URL: "mysql://x", REDIS_URL: "", SESSION_SECRETS: "short" } });
  await expect(starting).rejects.toThrow(/The settings are not right:\n {2}- DATABASE_URL .*\n {2}- REDIS_URL is missing\n {2}- SESSION_SECRETS .*\n$/);
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number)
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("serve.mjs"));
}
