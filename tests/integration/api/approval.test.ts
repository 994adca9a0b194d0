import { beforeAll, expect, test, vi } from "vitest";
import { openEventStream } from "@/tests/support/event-stream";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { type Answer, type HttpClient, httpClient, PASSWORD, signedUp } from "./http-client";

let app: TestApp;

/** A house without mail: another device is the only way. */
beforeAll(async () => {
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, DEVICE_APPROVAL: "required" } });
}, 300_000);

const waitsOf = async (client: HttpClient, headers = {}) => (await client.send("GET", "/api/auth/approvals", undefined, headers)).body.items as { id: string }[];

/** A new browser, after its right password. */
async function newDevice(email: string): Promise<{ client: HttpClient; answer: Answer }> {
  const client = httpClient(app.url);
  return { client, answer: await client.send("POST", "/api/auth/signin", { email, password: PASSWORD }) };
}

test("a browser is let in by another: as the contract says it, step by step", async () => {
  const { client: owner, email } = await signedUp(app.url);
  const page = await openEventStream(app.url, owner);
  const { client, answer } = await newDevice(email);
  expect([answer.status, answer.body]).toEqual([202, { attempt: { kind: "sign_in", address: email, expiresAt: expect.any(String), ways: ["approval"], mail: null, digits: null } }]);
  const asked = await client.send("POST", "/api/auth/attempt/approval");
  expect([asked.status, asked.body]).toEqual([202, { ...answer.body.attempt, digits: expect.stringMatching(/^[1-9]\d$/) }]);
  const [waiting] = await waitsOf(owner);
  expect(waiting).toEqual({
    id: expect.any(String),
    device: { name: "Firefox on Linux", kind: "desktop" },
    ip: { address: "127.0.0.1", country: null, city: null },
    at: expect.stringMatching(/^\d{4}-.*Z$/),
    expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    rules: [],
  });
  await vi.waitFor(() => expect(page.text).toContain(`event: attempt.waiting\ndata: {"approvalId":"${waiting?.id}"}\n\n`), { timeout: 1_000 });
  const waits = await openEventStream(app.url, client, "/api/auth/attempt/events");
  const early = await client.send("POST", "/api/auth/attempt/prove", { method: "approval" });
  expect([early.status, early.body]).toEqual([202, { attempt: asked.body }]);
  expect((await owner.send("POST", `/api/auth/approvals/${waiting?.id}`, { digits: "7" })).body).toMatchObject({ status: 400, code: "invalid_input", errors: [{ path: "digits" }] });
  const given = await owner.send("POST", `/api/auth/approvals/${waiting?.id}`, { digits: asked.body.digits });
  expect([given.status, given.text]).toEqual([204, ""]);
  await vi.waitFor(() => expect(page.text).toContain(`event: attempt.settled\ndata: {"approvalId":"${waiting?.id}"}\n\n`), { timeout: 1_000 });
  await vi.waitFor(() => expect(waits.text).toContain("event: attempt.changed"), { timeout: 1_000 });
  const proven = await client.send("POST", "/api/auth/attempt/prove", { method: "approval" });
  expect([proven.status, proven.body]).toMatchObject([200, { user: { email }, session: { current: true, client: "browser" } }]);
  await vi.waitFor(() => expect(waits.closed).toBe(true));
  expect((await client.send("GET", "/api/auth/session")).status).toBe(200);
  expect((await client.send("GET", "/api/auth/attempt")).body.code).toBe("attempt_over");
  const { items } = (await owner.send("GET", "/api/auth/activity?type=approval.given")).body;
  expect(items).toMatchObject([{ actor: "user", device: null, detail: { device: "Firefox on Linux", address: "127.0.0.1" } }]);
});

test("other digits, and “It isn't me”, are the end of it", async () => {
  const { client: owner, email } = await signedUp(app.url);
  const { client } = await newDevice(email);
  const { digits } = (await client.send("POST", "/api/auth/attempt/approval")).body;
  const [first] = await waitsOf(owner);
  expect((await owner.send("POST", `/api/auth/approvals/${first?.id}`, { digits: digits === "99" ? "98" : "99" })).body).toMatchObject({ status: 401, code: "invalid_code" });
  expect((await client.send("POST", "/api/auth/attempt/prove", { method: "approval" })).body).toMatchObject({ status: 410, code: "attempt_over" });
  expect((await owner.send("POST", `/api/auth/approvals/${first?.id}`, { digits })).body).toMatchObject({ status: 409, code: "conflict" });
  const { client: other } = await newDevice(email);
  await other.send("POST", "/api/auth/attempt/approval");
  const [second] = await waitsOf(owner);
  expect((await owner.send("DELETE", `/api/auth/approvals/${second?.id}`)).status).toBe(204);
  expect((await other.send("POST", "/api/auth/attempt/approval")).body.code).toBe("attempt_over");
  expect((await other.send("POST", "/api/auth/attempt/prove", { method: "approval" })).body.code).toBe("attempt_over");
  expect(await waitsOf(owner)).toEqual([]);
});

test("one at a time, and three an hour", async () => {
  const { email } = await signedUp(app.url);
  const devices = await Promise.all(Array.from({ length: 5 }, async () => (await newDevice(email)).client));
  for (const [index, client] of devices.entries()) {
    if (index < 3) {
      expect((await client.send("POST", "/api/auth/attempt/approval")).status).toBe(202);
      expect((await (devices[4] as HttpClient).send("POST", "/api/auth/attempt/approval")).body).toMatchObject({ status: 409, code: "conflict" });
      expect((await client.send("DELETE", "/api/auth/attempt")).status).toBe(204);
    } else {
      const limited = await client.send("POST", "/api/auth/attempt/approval");
      expect(limited.body).toMatchObject({ status: 429, code: "rate_limited" });
      expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(3_500);
    }
  }
});

test("native clients approve with a token and wait with a text; a cookie beside them counts for nothing", async () => {
  const email = "phone@example.com";
  const phone = httpClient(app.url);
  const { tokens } = (await phone.send("POST", "/api/auth/signup", { email, password: PASSWORD, name: "Zo Li", client: "native" })).body;
  const bearer = { authorization: `Bearer ${tokens.accessToken}` };
  const tablet = httpClient(app.url);
  const begun = await tablet.send("POST", "/api/auth/signin", { email, password: PASSWORD, client: "native", device: { name: "Buy at evil.example", platform: "Android" } });
  expect([begun.status, begun.body.attempt.ways]).toEqual([202, ["approval"]]);
  const { token: attempt } = begun.body.attempt;
  const held = { "x-latchkey-attempt": attempt };
  const { digits } = (await tablet.send("POST", "/api/auth/attempt/approval", { attempt })).body;
  expect((await tablet.send("GET", "/api/auth/attempt", undefined, held)).body).toMatchObject({ digits, ways: ["approval"] });
  const [waiting] = await waitsOf(phone, bearer);
  // What it calls itself is its own word, and not told.
  expect(waiting).toMatchObject({ device: { kind: "app", name: "Firefox on Linux" } });
  const early = await tablet.send("POST", "/api/auth/attempt/prove", { method: "approval", attempt });
  expect([early.status, early.body]).toMatchObject([202, { attempt: { digits, token: expect.any(String) } }]);
  expect((await phone.send("POST", `/api/auth/approvals/${waiting?.id}`, { digits }, bearer)).status).toBe(204);
  expect((await tablet.send("GET", "/api/auth/attempt", undefined, held)).body.digits).toBeNull();
  const proven = await tablet.send("POST", "/api/auth/attempt/prove", { method: "approval", attempt: early.body.attempt.token });
  expect([proven.status, proven.body]).toMatchObject([200, { user: { email }, session: { client: "native", device: { kind: "app" } }, tokens: { tokenType: "Bearer" }, deviceToken: expect.any(String) }]);
  expect([phone.jar.size, tablet.jar.size]).toEqual([0, 0]);
  // Younger than what comes next, and older than it.
  const { client: third } = await newDevice(email);
  await third.send("POST", "/api/auth/attempt/approval");
  const other = await waitsOf(tablet, { authorization: `Bearer ${proven.body.tokens.accessToken}` });
  expect(other).toHaveLength(1);
  expect((await tablet.send("DELETE", `/api/auth/approvals/${other[0]?.id}`, undefined, { authorization: `Bearer ${proven.body.tokens.accessToken}` })).status).toBe(204);
  expect(await waitsOf(phone, bearer)).toEqual([]);
});

test("a list has no second page, and nobody's cursor leads to one", async () => {
  const { client } = await signedUp(app.url);
  expect((await client.send("GET", "/api/auth/approvals?limit=1")).body).toEqual({ items: [], nextCursor: null });
  for (const query of ["cursor=W10", "limit=0", "limit=101", "more=1"]) expect((await client.send("GET", `/api/auth/approvals?${query}`)).body).toMatchObject({ status: 400, code: "invalid_input" });
});
