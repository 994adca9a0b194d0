import { beforeAll, describe, expect, test } from "vitest";
import { type RawAnswer, rawRequest } from "@/tests/support/raw-request";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestPostgres, type TestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis, type TestRedis } from "@/tests/support/test-redis";
import { httpClient, PASSWORD, signedIn, signedUp } from "../api/http-client";

const APP = "https://app.example";
const AT_THE_DOOR = "/api/auth/session";
/** Asks the same question on Next's way: the middleware, then a route. */
const BY_NEXT = "/api/users/me";

type Headers = [string, string][];

let app: TestApp;
let postgres: TestPostgres;
let redis: TestRedis;
let callers: Record<"cookie" | "bearer" | "ended" | "foreign" | "malformed" | "twice", Headers>;

beforeAll(async () => {
  [postgres, redis] = [await startTestPostgres(), await startTestRedis()];
  app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, CORS_ORIGINS: APP, WORKERS: "2" } });
  const { client, email } = await signedUp(app.url);
  const gone = await signedIn(app.url, email);
  const [cookie, ended] = [client, gone.client].map(({ jar }) => `latchkey=${jar.get("latchkey")}`) as [string, string];
  expect((await gone.client.send("POST", "/api/auth/logout")).status).toBe(204);
  const { body } = await httpClient(app.url).send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native" });
  callers = {
    cookie: [["Cookie", `theme=dark; ${cookie}`]],
    bearer: [["Authorization", `Bearer ${body.tokens.accessToken}`], ["Cookie", cookie]],
    ended: [["Cookie", ended]],
    foreign: [["Cookie", cookie.replace("Fe26.2*1*", "Fe26.2*7*")]],
    malformed: [["Cookie", `${cookie}x`]],
    twice: [["Cookie", cookie], ["Cookie", cookie]],
  };
}, 300_000);

const ask = (method: string, path: string, headers: Headers = []) => rawRequest(app.port, { method, path, headers });

/** All headers but what differs from answer to answer, and how the body is packed: Next sends it in chunks, and compressed to who asks. */
function headersOf({ headers }: RawAnswer) {
  const packing = ["date", "transfer-encoding", "content-length"];
  const shown = [...headers].filter(([name]) => !packing.includes(name)).map(([name, values]): [string, string] => [name, values.join(", ")]);
  const plain = new Map(shown.map(([name, value]) => [name, name === "x-request-id" ? value.replace(/^[0-9a-f-]{36}$/, "one") : value]));
  // Next's own, of caches: nobody may keep these answers.
  const vary = plain.get("vary")?.split(", ").filter((name) => name === "Origin").join();
  plain.delete("vary");
  return Object.fromEntries(vary ? [...plain, ["vary", vary]] : plain);
}

async function expectAlike(headers: Headers, status: number) {
  const [here, there, head] = [await ask("GET", AT_THE_DOOR, headers), await ask("GET", BY_NEXT, headers), await ask("HEAD", AT_THE_DOOR, headers)];
  expect([here.status, there.status, head.status]).toEqual([status, status, status]);
  expect(headersOf(here)).toEqual(headersOf(there));
  expect(headersOf(head)).toEqual(headersOf(here));
  expect([head.body, head.headers.get("content-length")]).toEqual(["", here.headers.get("content-length")]);
  expect(here.headers.get("content-length")).toEqual([String(Buffer.byteLength(here.body))]);
  if (status === 200) expect(JSON.parse(here.body).user).toEqual(JSON.parse(there.body));
  return { here, there };
}

describe("who is this? is answered at the front door, as Next's way answers", () => {
  test.each([
    ["a cookie", "cookie", true],
    ["a token, by which alone one is judged", "bearer", false],
  ] as const)("to %s", async (_what, caller, slides) => {
    const { here } = await expectAlike(callers[caller], 200);
    expect(here.headers.has("set-cookie")).toBe(slides);
    const { items } = JSON.parse((await ask("GET", "/api/auth/sessions", callers[caller])).body);
    const { session } = JSON.parse(here.body);
    const used = { lastSeenAt: expect.any(String), expiresAt: expect.any(String) };
    expect({ ...session, device: { ...session.device, ...used } }).toEqual({ ...items[0], ...used, device: { ...items[0].device, ...used } });
  });

  test("to nobody, and to cookies that are none", async () => {
    for (const headers of [[], callers.foreign, callers.malformed, callers.twice]) {
      const { here, there } = await expectAlike(headers, 401);
      expect(here.body).toBe(there.body);
      expect(here.headers.has("set-cookie")).toBe(false);
    }
  });

  test("to whose session has ended, with the reason", async () => {
    const { here, there } = await expectAlike(callers.ended, 401);
    expect(JSON.parse(here.body)).toEqual({ ...JSON.parse(there.body), detail: "This session has ended: signed_out." });
  });

  test.each([
    ["an app that may read it", APP, { vary: "Origin", "access-control-allow-origin": APP, "access-control-expose-headers": "Retry-After, X-Request-Id" }],
    ["another site", "https://evil.example", { vary: "Origin" }],
  ])("to %s", async (_what, origin, expected) => {
    const { here } = await expectAlike([...callers.bearer, ["Origin", origin]], 200);
    expect(headersOf(here)).toMatchObject(expected);
    if (!("access-control-allow-origin" in expected)) expect(here.headers.has("access-control-allow-origin")).toBe(false);
    expect(here.headers.has("access-control-allow-credentials")).toBe(false);
  });

  test("whatever query comes along; and only these two methods of this path", async () => {
    expect((await ask("GET", `${AT_THE_DOOR}?x=1`, callers.cookie)).status).toBe(200);
    expect((await ask("GET", `http://elsewhere.example${AT_THE_DOOR}`, callers.cookie)).status).toBe(200);
    expect((await ask("POST", AT_THE_DOOR, [...callers.cookie, ["Origin", app.url]])).headers.get("allow")).toEqual(["GET, HEAD, OPTIONS"]);
    const preflight = await ask("OPTIONS", AT_THE_DOOR, [["Origin", APP], ["Access-Control-Request-Method", "GET"]]);
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, ["GET"]]);
    for (const path of [`${AT_THE_DOOR}s`, `${AT_THE_DOOR}x`]) expect((await ask("GET", path)).body).not.toContain('"user"');
  });

  test("nothing that a client says of itself counts: address, identity, prefetch", async () => {
    const forged: Headers = [["X-Latchkey-Client-Address", "203.0.113.9"], ["X-Latchkey-Prefetch", "1"], ["X-Forwarded-For", "203.0.113.9"], ["X-Latchkey-Identity", "me"]];
    const { here } = await expectAlike([...forged, ...callers.cookie], 200);
    expect(JSON.parse(here.body).session.ip.address).toBe("127.0.0.1");
    expect(here.headers.has("set-cookie")).toBe(true);
    await expectAlike(forged, 401);
  });
});

// The last ones: what they take away does not come back.
test("Redis frozen: PostgreSQL answers, as on Next's way", async () => {
  redis.freeze();
  await expectAlike(callers.cookie, 200);
  const { here } = await expectAlike(callers.ended, 401);
  expect(here.body).toContain("signed_out");
});

test("both frozen: 503 within 5 s, that clears no cookie", async () => {
  postgres.freeze();
  const started = performance.now();
  const [here, there] = await Promise.all([ask("GET", AT_THE_DOOR, callers.cookie), ask("GET", BY_NEXT, callers.cookie)]);
  expect(performance.now() - started).toBeLessThan(5_500);
  expect([here.status, there.status]).toEqual([503, 503]);
  expect([here.body, headersOf(here)]).toEqual([there.body, headersOf(there)]);
  expect([here.headers.get("retry-after"), here.headers.has("set-cookie")]).toEqual([["2"], false]);
});
