import { beforeAll, describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { httpClient, PASSWORD, signedUp } from "../api/http-client";

const ELSEWHERE = "198.51.100.7";
/** What is left of each session's life before the request, seconds; a use sets it back to 1800. */
const LEFT = 1_000;

let app: TestApp;
let databaseUrl: string;
let redis: Awaited<ReturnType<typeof startTestRedis>>;
let accounts = 0;

beforeAll(async () => {
  [databaseUrl, redis] = [await newDatabase(), await startTestRedis()];
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, TRUSTED_PROXY_HOPS: "1" } });
  // A busy machine may shed the first hash of a process.
  await signedUp(app.url).catch(() => {});
}, 300_000);

/** A session begun at home, and what became of it. */
async function session() {
  const home = `192.0.2.${++accounts}`;
  const client = httpClient(app.url);
  const from = (address: string) => ({ "x-forwarded-for": address });
  const { status, body, text } = await client.send("POST", "/api/auth/signup", { email: `one-${accounts}@latchkey.example`, password: PASSWORD, name: "One" }, from(home));
  expect(status, text).toBe(201);
  const { id, device } = body.session;
  const key = `session:{${body.user.id}}:${id}`;
  expect(await redis.command("EXPIRE", key, String(LEFT))).toBe(1);
  return {
    home,
    deviceId: device.id as string,
    async send(method: string, path: string, headers: Record<string, string>, address: string, sent?: unknown) {
      const answer = await client.send(method, path, sent, { ...from(address), ...headers });
      return { status: answer.status, setsCookie: answer.cookies.some((one) => one.startsWith("latchkey=")) };
    },
    /** Whether its life was set back, and the addresses that it was noted to have moved from. */
    async trace() {
      const moves = await query(databaseUrl, "select detail->>'from' as address from events where session_id = $1 and type = 'session.address_changed'", [id]);
      const [at] = await query(databaseUrl, "select address from addresses where id = (select address_id from sessions where id = $1)", [id]);
      return { slid: Number(await redis.command("TTL", key)) > LEFT, moves: moves.map(({ address }) => address), at: at?.address };
    },
  };
}

const SAYS = { purpose: "prefetch", "sec-purpose": "prefetch;prerender" };
const ROUTER = { ...SAYS, "next-router-prefetch": "1" };

describe("whoever says that it is a prefetch, where no browser prefetches, leaves the trace of every use", () => {
  test.each([
    ["a call that reads", "GET", "/api/users/me", SAYS, undefined],
    ["the same as Next's router", "GET", "/api/users/me", { ...ROUTER, rsc: "1" }, undefined],
    ["who is this?", "GET", "/api/auth/session", ROUTER, undefined],
    ["its head", "HEAD", "/api/auth/session", ROUTER, undefined],
    ["a call that changes", "PATCH", "/api/auth/devices/:device", ROUTER, { name: "Mine now" }],
    ["a call that ends", "POST", "/api/auth/logout-all", ROUTER, { keepCurrent: true }],
    ["a form to a page", "POST", "/devices", ROUTER, undefined],
    ["the head of a page", "HEAD", "/devices", ROUTER, undefined],
    ["a document, with the header of Next's router alone", "GET", "/devices", { "next-router-prefetch": "1" }, undefined],
    ["the router's own navigation, with a browser's header", "GET", "/devices?_rsc=1", { ...SAYS, rsc: "1" }, undefined],
  ])("%s: %s %s", async (_what, method, path, headers, body) => {
    const { send, trace, home, deviceId } = await session();
    const { status, setsCookie } = await send(method, path.replace(":device", deviceId), headers, ELSEWHERE, body);
    expect(status).toBeLessThan(500);
    expect({ setsCookie, ...(await trace()) }).toEqual({ setsCookie: true, slid: true, moves: [home], at: ELSEWHERE });
  });
});

describe("a prefetch of a page is no use", () => {
  test.each([
    ["the browser's", { "sec-purpose": "prefetch;prerender", purpose: "prefetch" }],
    ["Next's router's", { rsc: "1", "next-router-prefetch": "1" }],
  ])("%s: nothing slides, and it is noted when it comes from elsewhere", async (_what, headers) => {
    const { send, trace, home } = await session();
    expect(await send("GET", "/devices", headers, home)).toMatchObject({ setsCookie: false });
    expect(await trace()).toEqual({ slid: false, moves: [], at: home });
    expect(await send("GET", "/devices", headers, ELSEWHERE)).toMatchObject({ setsCookie: false });
    expect(await trace()).toEqual({ slid: false, moves: [home], at: ELSEWHERE });
  });
});
