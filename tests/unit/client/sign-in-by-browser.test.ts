import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createClient } from "@/lib/client/create-client";
import { signInByBrowser } from "@/lib/client/node/sign-in-by-browser";
import { memoryStore } from "@/lib/client/token-store";
import { sha256 } from "@/lib/core/crypto";

const SIGNED_IN = { user: { id: "u" }, session: { id: "s" } };
const GOOD = { status: 200, body: { ...SIGNED_IN, tokens: { accessToken: "a1", refreshToken: "r1" }, deviceToken: "d1", proof: "p1" } };

let stop = () => {};
afterEach(() => stop());

/** A server that exchanges every code, and the client for it. */
async function begin({ before = async () => {}, ...answer }: { status: number; body: object; before?: () => Promise<unknown> } = GOOD) {
  const exchanged: any[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += String(piece)));
    request.on("end", async () => {
      exchanged.push({ path: request.url, ...JSON.parse(text) });
      await before();
      response.writeHead(answer.status, { "content-type": answer.status === 200 ? "application/json" : "application/problem+json" }).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store = memoryStore();
  return { origin, exchanged, store, client: createClient({ origin, store, device: { name: "Zoë’s laptop" } }) };
}

/** What the app asked with, and how the browser would bring it an answer. */
function asked(url: string) {
  const { pathname, searchParams } = new URL(url);
  const given = Object.fromEntries(searchParams) as Record<string, string>;
  const back = (parameters: Record<string, string>, path = "") => fetch(`${given.redirect_uri}${path}?${new URLSearchParams(parameters).toString()}`);
  return { pathname, given, back, port: Number(new URL(given.redirect_uri as string).port) };
}

const isOpen = (port: number) => new Promise<boolean>((resolve) => connect(port, "127.0.0.1").once("connect", () => resolve(true)).once("error", () => resolve(false)));

test("a program asks with a challenge, is answered on the loopback, and has tokens; then nothing listens any more", async () => {
  const { origin, exchanged, store, client } = await begin();
  let app = asked(origin + "/?redirect_uri=http://x");
  let answered: Promise<Response> | null = null;
  const signedIn = await signInByBrowser(client, {
    open(url) {
      app = asked(url);
      answered = app.back({ code: "c", state: app.given.state as string, iss: origin });
    },
  });
  expect([app.pathname, app.given.client, app.given.code_challenge_method, app.given.device_name]).toEqual(["/sign-in", "native", "S256", "Zoë’s laptop"]);
  expect(app.given.redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const page = await (answered as unknown as Promise<Response>);
  expect([page.headers.get("cache-control"), page.headers.get("content-security-policy")]).toEqual(["no-store", "default-src 'none'; frame-ancestors 'none'"]);
  expect(await page.text()).toContain("You are signed in.");
  expect(signedIn).toEqual(SIGNED_IN);
  const [{ path, code, codeVerifier, redirectUri, device, ...more }] = exchanged;
  expect([path, code, redirectUri, device, more]).toEqual(["/api/auth/token", "c", app.given.redirect_uri, { name: "Zoë’s laptop" }, {}]);
  expect(sha256(codeVerifier)).toBe(app.given.code_challenge);
  expect(await store.load()).toEqual({ tokens: { accessToken: "a1", refreshToken: "r1" }, deviceToken: "d1" });
  expect(await isOpen(app.port)).toBe(false);
});

test("what else comes to its port is told nothing, and waited on", async () => {
  const { origin, exchanged, client } = await begin();
  await signInByBrowser(client, {
    async open(url) {
      const { given, back } = asked(url);
      const state = given.state as string;
      const wrong = [back({ code: "c", state: "x", iss: origin }), back({ error: "access_denied", iss: origin }), back({ code: "c", state, iss: origin }, "/more"), fetch(`${given.redirect_uri}?code=c&state=${state}`, { method: "POST" }), fetch(new URL("/favicon.ico", given.redirect_uri))];
      expect((await Promise.all(wrong)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
      expect(exchanged).toEqual([]);
      await back({ code: "right", state, iss: origin });
    },
  });
  expect(exchanged.map(({ code }) => code)).toEqual(["right"]);
});

test.each([
  ["of another server, or of none", (state: string) => ({ code: "c", state, iss: "https://evil.example" }), "foreign_answer"],
  ["that does not say whose it is", (state: string) => ({ code: "c", state }), "foreign_answer"],
  ["of somebody who pressed Cancel", (state: string, iss: string) => ({ error: "access_denied", state, iss }), "access_denied"],
])("an answer %s is told to the app, and nothing is exchanged", async (_, parameters, reason) => {
  const { origin, exchanged, client } = await begin();
  let port = 0;
  let page: Promise<Response> | null = null;
  const signingIn = signInByBrowser(client, {
    open(url) {
      const app = asked(url);
      port = app.port;
      page = app.back(parameters(app.given.state as string, origin));
    },
  });
  await expect(signingIn).rejects.toMatchObject({ name: "SignInRefused", reason });
  expect(await (await (page as unknown as Promise<Response>)).text()).toContain("You are not signed in.");
  expect([exchanged, await isOpen(port)]).toEqual([[], false]);
});

test.each([
  ["signed in", GOOD],
  ["refused", { status: 401, body: { code: "invalid_code", status: 401, title: "x", detail: "x", errors: [], type: "x" } }],
])("a browser that is closed while its code is exchanged leaves nobody waiting: %s", async (_, answer) => {
  let browser: Socket | null = null;
  let port = 0;
  async function before() {
    browser?.destroy();
    // Until the program has heard of it.
    await setTimeout(100);
  }
  const { origin, client } = await begin({ ...answer, before });
  const signingIn = signInByBrowser(client, {
    seconds: 2,
    open(url) {
      const app = asked(url);
      port = app.port;
      const query = new URLSearchParams({ code: "c", state: app.given.state as string, iss: origin }).toString();
      browser = connect(port, "127.0.0.1").on("error", () => {});
      browser.write(`GET /callback?${query} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    },
  });
  const settled = await Promise.race([signingIn.catch((error: { code?: string }) => error), setTimeout(3_000, "never")]);
  expect(settled).toMatchObject(answer === GOOD ? SIGNED_IN : { code: "invalid_code" });
  expect(await isOpen(port)).toBe(false);
});

test("whatever goes wrong, nothing listens afterwards", async () => {
  const { origin, client } = await begin({ status: 401, body: { code: "invalid_code", status: 401, title: "x", detail: "x", errors: [], type: "x" } });
  const ports: number[] = [];
  const note = (url: string) => ports.push(asked(url).port);
  await expect(signInByBrowser(client, { open: note, seconds: 0.2 })).rejects.toMatchObject({ name: "TimeoutError" });
  await expect(signInByBrowser(client, { open: note, signal: AbortSignal.abort(new Error("closed")) })).rejects.toThrow("closed");
  const throwing = (url: string) => {
    note(url);
    throw new Error("no browser");
  };
  await expect(signInByBrowser(client, { open: throwing })).rejects.toThrow("no browser");
  await expect(signInByBrowser(client, { open: async (url) => throwing(url) })).rejects.toThrow("no browser");
  const refused = signInByBrowser(client, {
    async open(url) {
      note(url);
      const { given, back } = asked(url);
      await back({ code: "c", state: given.state as string, iss: origin });
    },
  });
  await expect(refused).rejects.toMatchObject({ status: 401, code: "invalid_code" });
  expect(await Promise.all(ports.map(isOpen))).toEqual(ports.map(() => false));
  expect(ports).toHaveLength(5);
});
