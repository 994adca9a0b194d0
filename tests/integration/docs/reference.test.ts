import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
let address: string;

beforeAll(async () => {
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
  address = /src="(\/docs\/scripts\/reference[^"]*)"/.exec(await (await fetch(`${app.url}/docs`)).text())?.[1] ?? "";
});

type Answer = { status: number | undefined; headers: IncomingHttpHeaders; body: Buffer };

function ask(path: string, headers: Record<string, string>, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${app.url}${path}`, { method, headers, agent: false }, async (answer) => resolve({ status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }));
    asked.once("error", reject).end();
  });
}

const plain = ({ headers, body }: Answer) => ({ br: brotliDecompressSync, gzip: gunzipSync, undefined: (bytes: Buffer) => bytes })[String(headers["content-encoding"]) as "br" | "gzip"](body).toString();

/** Of the app's process, in seconds; USER_HZ is 100 everywhere. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${app.pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const openFiles = () => readdirSync(`/proc/${app.pid}/fd`).filter((fd) => {
  try {
    return readlinkSync(`/proc/${app.pid}/fd/${fd}`).includes("reference");
  } catch {
    return false;
  }
});

test.each([
  ["br, gzip", "br"], ["gzip, deflate, br;q=0.5", "br"], ["gzip", "gzip"], ["br;q=0, gzip", "gzip"], ["*", "br"], ["identity", undefined], ["deflate", undefined],
] as const)("the script of /docs and the contract answer Accept-Encoding: %s with %s, and say that it matters", async (accepted, encoding) => {
  for (const path of [address, "/api/openapi.json"]) {
    const whole = plain(await ask(path, {}));
    expect(whole).toContain(path === address ? "createApiReference" : '"openapi":"3.1.0"');
    const answer = await ask(path, { "accept-encoding": accepted });
    expect([answer.status, answer.headers["content-encoding"]]).toEqual([200, encoding]);
    expect(answer.headers.vary?.toLowerCase()).toContain("accept-encoding");
    expect(plain(answer)).toBe(whole);
    const known = await ask(path, { "accept-encoding": accepted, "if-none-match": `W/"other", ${answer.headers.etag}` });
    expect([known.status, known.body.length, known.headers.etag]).toEqual([304, 0, answer.headers.etag]);
    const head = await ask(path, { "accept-encoding": accepted }, "HEAD");
    expect([head.status, head.headers.etag, head.headers["content-encoding"]]).toEqual([200, answer.headers.etag, encoding]);
  }
});

test("the script's address names what it holds, so that browsers keep it for ever", async () => {
  expect(address).toMatch(/^\/docs\/scripts\/reference\.[0-9a-f]{16}\.js$/);
  expect((await ask(address, {})).headers["cache-control"]).toBe("public, max-age=31536000, immutable, no-transform");
  for (const other of ["/docs/reference.js", "/docs/scripts/reference.0123456789abcdef.js", `${address}.br`, "/docs/scripts/..%2freference"]) expect((await ask(other, {})).status, other).not.toBe(200);
});

test("twenty readers of it cost next to nothing, and those who leave half way leave nothing open", async () => {
  await ask(address, { "accept-encoding": "gzip" });
  const before = cpuSeconds();
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(address, { "accept-encoding": "gzip" })));
  expect(new Set(answers.map(({ body }) => body.length)).size).toBe(1);
  expect(cpuSeconds() - before).toBeLessThan(1);
  for (let i = 0; i < 20; i++) {
    await new Promise<void>((resolve) => {
      const asked = request(`${app.url}${address}`, { agent: false }, (answer) => answer.once("data", () => asked.destroy()).once("close", () => resolve()));
      asked.end();
    });
    await ask(address, {}, "HEAD");
  }
  await expect.poll(openFiles, { timeout: 5_000 }).toEqual([]);
});
