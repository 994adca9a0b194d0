import { Agent, type RequestOptions, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type Production, startProduction } from "@/tests/support/behind-nginx";
import { rounds } from "@/tests/support/rounds";

const CLIENTS = 4;
const PAUSE_MS = 25;

let production: Production;

beforeAll(async () => {
  production = await startProduction({ DRAIN_SECONDS: "2" });
}, 300_000);

type Answer = { status: number; cookie: string; body: string };

function send(agent: Agent, method: string, path: string, body: object | null, cookie = ""): Promise<Answer> {
  const { nginx } = production;
  const json = body ? JSON.stringify(body) : "";
  const options: RequestOptions = { host: "127.0.0.1", port: nginx.port, servername: "localhost", ca: nginx.certificate, agent, method, path, headers: { origin: nginx.url, cookie, ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(json) } : {}) } };
  return new Promise((resolve, reject) => {
    const sent = request(options, (answer) => {
      let text = "";
      const cookies = (answer.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk)).on("end", () => resolve({ status: answer.statusCode ?? 0, cookie: cookies, body: text })).on("error", reject);
    });
    sent.on("error", reject);
    sent.end(json);
  });
}

/** An open stream of an account that comes back as a browser's does; how often it was opened. `wrong`: what it was told instead. */
async function follow(agent: Agent, cookie: string, until: AbortSignal, wrong: string[]): Promise<number> {
  let opened = 0;
  while (!until.aborted) {
    await new Promise<void>((resolve) => {
      const { nginx } = production;
      const sent = request({ host: "127.0.0.1", port: nginx.port, servername: "localhost", ca: nginx.certificate, agent, path: "/api/auth/events", headers: { cookie }, signal: until }, (answer) => {
        if (answer.statusCode === 200) opened++;
        else wrong.push(`stream: ${answer.statusCode}`);
        answer.resume().on("close", resolve).on("error", () => {});
      });
      sent.on("error", () => resolve()).end();
    });
  }
  return opened;
}

test("four restarts in turn under load: not one answer but 2xx, for GET, PATCH and POST, and streams come back", async () => {
  const agent = new Agent({ keepAlive: true });
  const people: { cookie: string; device: string }[] = [];
  for (let tries = 0; people.length < CLIENTS && tries < 20; tries++) {
    const { status, cookie, body } = await send(agent, "POST", "/api/auth/signup", { email: `rolling-${people.length}@example.org`, password: "seventeen blue kettles", name: "Zo Li" });
    // A busy machine may shed the first hashes of a process.
    if (status === 503) continue;
    expect(status).toBe(201);
    people.push({ cookie, device: (JSON.parse(body) as { session: { device: { id: string } } }).session.device.id });
  }
  const stop = new AbortController();
  const wrong: string[] = [];
  let answered = 0;

  async function use({ cookie, device }: { cookie: string; device: string }): Promise<void> {
    for (let turn = 0; !stop.signal.aborted; turn++, await sleep(PAUSE_MS)) {
      const calls = [["GET", "/api/users/me", null], ["PATCH", `/api/auth/devices/${device}`, { name: `Name ${turn}` }], ["POST", "/api/auth/refresh", null], ["GET", "/devices", null]] as const;
      const [method, path, body] = calls[turn % calls.length] as (typeof calls)[number];
      const answer = await send(agent, method, path, body, cookie).catch((error: Error) => ({ status: 0, body: error.message }));
      answered++;
      if (answer.status < 200 || answer.status > 299) wrong.push(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 200)}`);
    }
  }
  const using = people.map(use);
  const following = follow(agent, people[0]?.cookie ?? "", stop.signal, wrong);
  for (let restart = 0; restart < Math.max(4, rounds(12)); restart++) await production.restart((restart % 2) as 0 | 1);
  stop.abort();
  await Promise.all(using);
  expect(wrong, production.output().split("\n").filter((line) => /"level":[456]0/.test(line)).join("\n")).toEqual([]);
  expect(answered).toBeGreaterThan(200);
  // Restarting both has broken the stream at least once.
  expect(await following).toBeGreaterThan(1);
  agent.destroy();
}, 240_000);
