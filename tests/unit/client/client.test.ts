import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createClient } from "@/lib/client/create-client";
import { FailedCall } from "@/lib/client/failed-call";
import { memoryStore } from "@/lib/client/token-store";

type Answer = { status: number; body?: unknown; headers?: Record<string, string>; after?: number };
type Asked = { method: string; path: string; token: string | null; proof: string | null; body: any };

let stop = async () => {};
afterEach(() => stop());

/** A server that answers as it is told, and what it was asked. Closing the connection is an answer too (null). */
async function serve(answer: (asked: Asked, count: number) => Answer | null) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const one = { method: request.method ?? "", path: request.url ?? "", token: request.headers.authorization?.replace("Bearer ", "") ?? null, proof: (request.headers["x-latchkey-proof"] as string | undefined) ?? null, body: text === "" ? null : JSON.parse(text) };
      asked.push(one);
      const given = answer(one, asked.length);
      if (given === null) return request.socket.destroy();
      setTimeout(() => {
        const type = given.status >= 400 ? "application/problem+json" : "application/json";
        response.writeHead(given.status, { "content-type": type, ...given.headers });
        response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
      }, given.after ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  const store = memoryStore();
  await store.save({ tokens: { accessToken: "a1", refreshToken: "r1" }, deviceToken: "d" });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, origin, store, client: createClient({ origin, store }) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

const problem = (status: number, code: string) => ({ status, body: { type: "x", title: "x", status, code, detail: "x", errors: [] } });
const unauthenticated = problem(401, "unauthenticated");
const next = { status: 200, body: { session: {}, tokens: { accessToken: "a2", refreshToken: "r2", tokenType: "Bearer", expiresIn: 900, refreshExpiresIn: 9 } } };
const isRefresh = ({ path }: Asked) => path === "/api/auth/refresh";

describe("many calls that are answered 401 at once", () => {
  test("exchange the refresh token once, and each is sent again with the new access token", async () => {
    const { client, asked, store } = await serve((one) => (isRefresh(one) ? { ...next, after: 50 } : one.token === "a2" ? { status: 200, body: { id: "me" } } : unauthenticated));
    expect(await Promise.all(Array.from({ length: 20 }, () => client.me()))).toEqual(Array.from({ length: 20 }, () => ({ id: "me" })));
    expect(asked.filter(isRefresh).map(({ body, token }) => [body, token])).toEqual([[{ refreshToken: "r1" }, null]]);
    expect(await store.load()).toEqual({ tokens: { accessToken: "a2", refreshToken: "r2" }, deviceToken: "d" });
  });

  test("one that comes late is sent again without another exchange", async () => {
    const { client, asked } = await serve((one, count) => (isRefresh(one) ? next : one.token === "a2" ? { status: 200, body: {} } : { ...unauthenticated, after: count === 1 ? 200 : 0 }));
    await Promise.all([client.me(), client.me()]);
    expect(asked.filter(isRefresh)).toHaveLength(1);
  });

  test("all fail when the session is over, and the tokens are forgotten; the device is not", async () => {
    for (const code of ["unauthenticated", "token_reused"]) {
      const { client, asked, store } = await serve((one) => (isRefresh(one) ? problem(401, code) : unauthenticated));
      const results = await Promise.allSettled([client.me(), client.devices(), client.sessions()]);
      for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { status: 401, code } });
      expect(asked.filter(isRefresh)).toHaveLength(1);
      expect(await store.load()).toEqual({ tokens: null, deviceToken: "d" });
      await stop();
    }
  });

  test("an outage signs nobody out", async () => {
    const { client, store } = await serve((one) => (isRefresh(one) ? { ...problem(503, "unavailable"), headers: { "retry-after": "0.01" } } : unauthenticated));
    await expect(client.me()).rejects.toMatchObject({ status: 503, code: "unavailable" });
    expect((await store.load()).tokens).toEqual({ accessToken: "a1", refreshToken: "r1" });
  });

  test("a lost answer of the exchange is asked for again with the same token", async () => {
    const { client, asked } = await serve((one, count) => (isRefresh(one) ? (count === 2 ? null : next) : one.token === "a2" ? { status: 200, body: {} } : unauthenticated));
    await client.me();
    expect(asked.filter(isRefresh).map(({ body }) => body.refreshToken)).toEqual(["r1", "r1"]);
  });

  test("one that is given up does not give up the exchange that others wait for", async () => {
    const { client, asked } = await serve((one) => (isRefresh(one) ? { ...next, after: 300 } : one.token === "a2" ? { status: 200, body: { id: "me" } } : unauthenticated));
    const impatient = client.me({ signal: AbortSignal.timeout(100) });
    const patient = client.me();
    await expect(impatient).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await patient).toEqual({ id: "me" });
    expect(asked.filter(isRefresh)).toHaveLength(1);
  });
});

describe("a server that cannot answer now", () => {
  test("is asked again after its Retry-After, a few times", async () => {
    const started = performance.now();
    const { client, asked } = await serve((_one, count) => (count < 3 ? { ...problem(503, "unavailable"), headers: { "retry-after": String(count === 1 ? 1 : 0.01) } } : { status: 204 }));
    await client.endSession("x");
    expect(asked).toHaveLength(3);
    expect(performance.now() - started).toBeGreaterThan(1_000);
  });

  test("and in the end the failure is told", async () => {
    const { client, asked } = await serve(() => ({ ...problem(503, "unavailable"), headers: { "retry-after": "0.01" } }));
    await expect(client.me()).rejects.toBeInstanceOf(FailedCall);
    expect(asked).toHaveLength(4);
  });

  test("waiting for it can be given up", async () => {
    const { client, asked } = await serve(() => ({ ...problem(503, "unavailable"), headers: { "retry-after": "5" } }));
    const started = performance.now();
    await expect(client.me({ signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(asked).toHaveLength(1);
  });

  test("a sign-up is never sent twice", async () => {
    const { client, asked } = await serve(() => problem(503, "unavailable"));
    await expect(client.signUp({ email: "a@example.com", password: "x", name: "A" })).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toHaveLength(1);
  });

  test("nor is a change of the password: once it has been done, the current one is another", async () => {
    const { asked, client } = await serve(() => null);
    await expect(client.changePassword({ currentPassword: "x", newPassword: "y" })).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});

test("signing in sends the device and its token and keeps what comes; signing out revokes and forgets", async () => {
  const { client, asked, store } = await serve(({ path }) => (path === "/api/auth/signin" ? { status: 200, body: { user: {}, session: {}, tokens: next.body.tokens, deviceToken: "d2" } } : { status: 200, body: {} }));
  await client.signIn({ email: "a@example.com", password: "x" });
  expect(asked[0]).toMatchObject({ token: null, body: { email: "a@example.com", password: "x", client: "native", device: { token: "d" } } });
  expect(await store.load()).toEqual({ tokens: { accessToken: "a2", refreshToken: "r2" }, deviceToken: "d2" });
  await client.signOut();
  expect(asked[1]).toMatchObject({ path: "/api/auth/revoke", body: { token: "r2" } });
  expect(await store.load()).toEqual({ tokens: null, deviceToken: "d2" });
});

test("a step-up is asked for once by many calls at once, sent with each after it, and with none before it or without it", async () => {
  const needed = { status: 403, body: { ...problem(403, "proof_required").body, ways: ["totp", "recovery_code"] } };
  const { asked, origin, store } = await serve(({ path, proof }) => (path === "/api/auth/proof" ? { status: 200, body: { ways: [], provenUntil: null, proof: "p1" }, after: 50 } : proof === "p1" ? { status: 200, body: {} } : needed));
  const ways: (readonly string[])[] = [];
  const client = createClient({
    origin,
    store,
    onProofRequired: async (of) => {
      ways.push(of);
      return { method: "totp", code: "123456" };
    },
  });
  await Promise.all(Array.from({ length: 6 }, () => client.me()));
  await client.me();
  expect(ways).toEqual([["totp", "recovery_code"]]);
  expect(asked.filter(({ path }) => path === "/api/auth/proof")).toMatchObject([{ token: "a1", proof: null, body: { method: "totp", code: "123456" } }]);
  expect(asked.filter(({ path }) => path !== "/api/auth/proof").map(({ proof }) => proof)).toEqual([...Array(6).fill(null), ...Array(7).fill("p1")]);
  await expect(createClient({ origin, store }).me()).rejects.toMatchObject({ code: "proof_required", problem: { ways: ["totp", "recovery_code"] } });
});

test("a call that needs another proof after one was given is not sent a third time", async () => {
  const { asked, origin, store } = await serve(({ path }) => (path === "/api/auth/proof" ? { status: 200, body: { ways: [], provenUntil: null, proof: "p1" } } : problem(403, "proof_required")));
  await expect(createClient({ origin, store, onProofRequired: async () => ({ method: "password", password: "x" }) }).me()).rejects.toMatchObject({ code: "proof_required" });
  expect(asked).toHaveLength(3);
});

test("other failures come as they are, and a wrong password exchanges nothing", async () => {
  const { client, asked } = await serve(({ path }) => problem(path.endsWith("password") ? 401 : 404, path.endsWith("password") ? "invalid_credentials" : "not_found"));
  await expect(client.changePassword({ currentPassword: "x", newPassword: "y" })).rejects.toMatchObject({ code: "invalid_credentials" });
  await expect(client.user("../x")).rejects.toMatchObject({ status: 404, code: "not_found" });
  expect(asked.map(({ path }) => path)).toEqual(["/api/auth/password", "/api/users/..%2Fx"]);
});

test("where more is asked than a password, signing in rejects with what would do, and the tokens stay", async () => {
  const attempt = { kind: "sign_in", address: "zoe@example.org", expiresAt: "2026-12-01T10:00:00.000Z", ways: ["totp"], mail: null, digits: null, token: "t" };
  const { client, store } = await serve(() => ({ status: 202, body: { attempt } }));
  const before = await store.load();
  await expect(client.signIn({ email: "zoe@example.org", password: "x" })).rejects.toMatchObject({ name: "ProofAsked", attempt });
  expect(await store.load()).toEqual(before);
});

test("of the rest of the house it takes types alone, which are gone when it runs: an app copies this folder and nothing else", () => {
  const folder = join(process.cwd(), "lib/client");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const taken = [...readFileSync(join(folder, file), "utf8").matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"/gm)].filter(([line]) => !/^(?:import|export) type\b/.test(line)).map(([, from]) => from);
    expect(taken.filter((from) => !/^(?:node:|\.{1,2}\/[a-z-]+$)/.test(from ?? "")), file).toEqual([]);
  }
});
