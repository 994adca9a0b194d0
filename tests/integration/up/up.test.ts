import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test, vi } from "vitest";
import { freePort } from "@/scripts/servers/free-port";
import { buildApp } from "@/scripts/steps/build-app";
import { allGone, processesOf, startUp } from "@/tests/support/start-up";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

beforeAll(async () => {
  await buildApp();
}, 300_000);

/** With a space, as in many a home folder. */
async function newDataFolder(): Promise<string> {
  const { folder, remove } = await makeTemporaryFolder();
  atEnd(remove);
  return join(folder, "data folder");
}

/** As a person does it: with the code from the trial's inbox. */
async function signUp(up: ReturnType<typeof startUp>): Promise<string> {
  const address = await up.ready();
  const email = "someone@latchkey.example";
  const begun = await post(`${address}/api/auth/signup`, { email, password: "a long phrase of 7 words", name: "Someone" });
  expect(begun.status).toBe(202);
  const cookies = cookiesOf(begun);
  const mail = await vi.waitFor(async () => {
    const [newest] = (await (await fetch(`${inboxOf(up)}/api/mails?to=${email}`)).json()) as { text: string }[];
    if (!newest) throw new Error("no mail yet");
    return newest;
  }, 15_000);
  const proven = await post(`${address}/api/auth/attempt/prove`, { method: "email_code", code: /#(\d{6})$/.exec(mail.text.trim())?.[1] }, { cookie: cookies, origin: address });
  expect(proven.status).toBe(201);
  return cookiesOf(proven);
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
}

function cookiesOf(response: Response): string {
  return response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]).join("; ");
}

function inboxOf(up: ReturnType<typeof startUp>): string {
  return /Its mail arrives here: (http:\/\/127\.0\.0\.1:\d+)/.exec(up.output())?.[1] ?? "";
}

const statusOf = async (address: string, cookie: string) => (await fetch(`${address}/api/auth/session`, { headers: { cookie } })).status;

test("comes up, tells a second one that it runs, and leaves no process behind", async () => {
  const folder = await newDataFolder();
  const port = await freePort();
  const up = startUp(folder, { PORT: String(port), ADMIN_EMAIL: "first@example.org" });
  const address = await up.ready();
  expect(address).toBe(`http://localhost:${port}`);
  expect((await fetch(`${address}/api/ready`)).status).toBe(200);
  expect(await (await fetch(inboxOf(up))).text()).toContain("Nothing yet");
  await expect.poll(up.output).toMatch(/Administrator first@example\.org: set a password here, once, until \S+\n {2}http:\/\/localhost:\d+\/reset\?token=[\w-]{43}\n/);
  const link = /http:\/\/\S+\/reset\?token=\S+/.exec(up.output())?.[0] as string;
  const opened = await fetch(link, { redirect: "manual" });
  expect([link.startsWith(`${address}/`), opened.status, opened.headers.get("location")]).toEqual([true, 303, "/reset"]);

  const second = startUp(folder, { PORT: String(port) });
  expect(await second.exited).toBe(1);
  expect(second.output()).toMatch(/^Latchkey is already running in this folder \(process \d+\)[^\n]*\n$/);

  for (const file of ["secrets.json", "running.json", "redis/redis.conf", "mail"]) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  expect(await up.end("SIGTERM")).toBe(0);
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, "running.json"))).toBe(false);
});

test("killed hard, nothing of it lives on; killed together with what watches over it, the next start recovers; data and sessions stay", async () => {
  const folder = await newDataFolder();
  const port = String(await freePort());
  const first = startUp(folder, { PORT: port });
  const cookie = await signUp(first);
  await first.end("SIGKILL");
  expect(await allGone(folder, 15_000)).toBe(true);

  const second = startUp(folder, { PORT: port });
  expect(await statusOf(await second.ready(), cookie)).toBe(200);
  // The servers are killed last, as by one who kills by hand: only PostgreSQL's and Redis' processes are left for a moment.
  const servers = ["postgres/postmaster.pid", "redis/redis.pid"].map((file) => Number.parseInt(readFileSync(join(folder, file), "utf8"), 10));
  for (const pid of processesOf(folder)) if (!servers.includes(pid) && !isChildOf(pid, servers)) process.kill(pid, "SIGKILL");
  await second.exited;
  expect(servers.every((pid) => existsSync(`/proc/${pid}`))).toBe(true);

  const third = startUp(folder, { PORT: port });
  expect(await statusOf(await third.ready(), cookie)).toBe(200);
  expect(servers.some((pid) => processesOf(folder).includes(pid))).toBe(false);
  await third.end("SIGINT");
  expect(processesOf(folder)).toEqual([]);
});

function isChildOf(pid: number, parents: readonly number[]): boolean {
  try {
    return parents.includes(Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]));
  } catch {
    return true;
  }
}

test("a taken port: the next one, or an error when the address is fixed; a wrong setting: all of them in one list", async () => {
  const folder = await newDataFolder();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  atEnd(async () => taken.close());
  const { port } = taken.address() as { port: number };

  const fixed = startUp(folder, { PORT: String(port), APP_URL: `http://localhost:${port}` });
  expect(await fixed.exited).toBe(1);
  expect(fixed.output()).toContain(`Port ${port} is taken: stop what listens there`);

  const wrong = startUp(folder, { SESSION_TTL_SECONDS: "soon", MAX_CONCURRENT_SESSIONS: "0", PORT: String(await freePort()) });
  expect(await wrong.exited).toBe(1);
  expect(wrong.output()).toMatch(/The settings are not right:\n {2}- SESSION_TTL_SECONDS .*\n {2}- MAX_CONCURRENT_SESSIONS .*\n$/);

  const next = startUp(folder, { PORT: String(port) });
  const address = await next.ready();
  expect(next.output()).toContain(`Port ${port} is taken`);
  expect(Number(new URL(address).port)).toBeGreaterThan(port);
  await next.end("SIGTERM");
});

test("without a Redis in the PATH a stand-in runs: on the loopback, with a password, and forgetting it signs nobody out", async () => {
  const folder = await newDataFolder();
  const path = join(folder, "bin");
  mkdirSync(path, { recursive: true });
  for (const program of ["sh", "env"]) symlinkSync(spawnSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).stdout.trim(), join(path, program));
  const env = { PORT: String(await freePort()), PATH: path };

  const first = startUp(folder, env);
  const cookie = await signUp(first);
  expect(first.output()).toContain("No redis-server or valkey-server");
  const { REDIS_URL } = JSON.parse(readFileSync(join(folder, "running.json"), "utf8")) as { REDIS_URL: string };
  expect(new URL(REDIS_URL)).toMatchObject({ hostname: "127.0.0.1", password: expect.stringMatching(/^.{32,}$/) });
  expect(listeningElsewhere(Number(new URL(REDIS_URL).port))).toBe(false);
  await first.end("SIGTERM");

  const second = startUp(folder, env);
  expect(await statusOf(await second.ready(), cookie)).toBe(200);
  await second.end("SIGTERM");
});

/** Whether something listens on this port on more than 127.0.0.1 (proc(5): addresses in reversed hexadecimal, state 0A). */
function listeningElsewhere(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = ["/proc/net/tcp", "/proc/net/tcp6"].filter((file) => existsSync(file)).flatMap((file) => readFileSync(file, "utf8").split("\n"));
  return lines.some((line) => new RegExp(`^\\s*\\d+: (?!0100007F:)[0-9A-F]+:${hex} \\S+ 0A`).test(line));
}
