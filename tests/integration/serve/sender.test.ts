import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { strangerTo } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
});

async function start(more: Record<string, string> = {}): Promise<TestApp> {
  return startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1", DRAIN_SECONDS: "0", ...inbox.env, ...more } });
}

/** The processes of this name that `pid` has started. */
function childrenOf(pid: number, name: string): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes(name));
}

const sendersOf = (pid: number) => childrenOf(pid, "send-mails.mjs");

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** How long the code of a new sign-up takes until it is in the inbox, milliseconds. */
async function codeTakes(app: TestApp): Promise<number> {
  const email = `visitor-${newId()}@example.com`;
  const started = performance.now();
  const signUp = async () => (await strangerTo(app.url).send("POST", "/api/auth/signup", { email, password: "seventeen blue kettles", name: "Zo Li" })).status;
  // A worker that has just started may be busy with that.
  await expect.poll(signUp, { timeout: 15_000 }).toBe(202);
  await inbox.waitFor(({ to }) => to.includes(email));
  return performance.now() - started;
}

test("whatever the number of workers one process apart sends mail, politer than they; it is replaced when it dies, and ends with the app", async () => {
  const app = await start({ WORKERS: "2" });
  await codeTakes(app);
  const [sender, ...others] = sendersOf(app.pid);
  expect(others).toEqual([]);
  const workers = childrenOf(app.pid, "serve.mjs");
  expect(workers).toHaveLength(2);
  for (const worker of workers) expect([sendersOf(worker), niceOf(worker) < niceOf(sender as number)]).toEqual([[], true]);
  process.kill(sender as number, "SIGKILL");
  await codeTakes(app);
  const [next] = sendersOf(app.pid);
  expect(next).not.toBe(sender);
  // Said to all processes at once, it is the server's to hear.
  process.kill(next as number, "SIGTERM");
  await codeTakes(app);
  expect(sendersOf(app.pid)).toEqual([next]);
  expect(await app.end("SIGTERM")).toBe(0);
  await expect.poll(() => isRunning(next as number), { timeout: 10_000 }).toBe(false);
}, 120_000);

test("ends with an app that is killed; a code takes no two seconds", async () => {
  const app = await start();
  await codeTakes(app);
  const [sender] = sendersOf(app.pid);
  const times: number[] = [];
  for (let code = 0; code < 10; code++) times.push(await codeTakes(app));
  expect(times.toSorted((a, b) => a - b)[5]).toBeLessThan(2_000);
  await app.end("SIGKILL");
  await expect.poll(() => isRunning(sender as number), { timeout: 10_000 }).toBe(false);
});

test("without mail there is none", async () => {
  const app = await start({ SMTP_URL: "", MAIL_FROM: "" });
  expect(sendersOf(app.pid)).toEqual([]);
});

/** Field 19 of proc(5): after the name in its brackets the 17th. */
function niceOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[16]);
}
