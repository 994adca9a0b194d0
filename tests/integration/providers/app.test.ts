import { beforeAll, describe, expect, test } from "vitest";
import { freePort } from "@/scripts/servers/free-port";
import { type Answer, type HttpClient, httpClient, PASSWORD } from "@/tests/integration/api/http-client";
import { type BadProvider, CLIENT, startBadProvider } from "@/tests/support/bad-provider";
import { openEventStream } from "@/tests/support/event-stream";
import { newDatabase } from "@/tests/support/new-database";
import { startOidcProvider, type TestProvider } from "@/tests/support/oidc-provider";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

/** The routes, over HTTP, with a certified provider and one that is not. */

let app: TestApp;
let acme: TestProvider;
let bad: BadProvider;

beforeAll(async () => {
  const port = await freePort();
  const appUrl = `http://localhost:${port}`;
  [acme, bad] = await Promise.all([startOidcProvider({ appUrl }), startBadProvider()]);
  const env = {
    ...acme.env,
    OIDC_PROVIDERS: "acme,bad,gone",
    OIDC_BAD_ISSUER: bad.issuer,
    OIDC_BAD_CLIENT_ID: CLIENT.clientId,
    OIDC_BAD_CLIENT_SECRET: CLIENT.clientSecret,
    OIDC_BAD_LABEL: "Bad & <b>Co</b>",
    OIDC_BAD_TRUST_EMAIL: "true",
    OIDC_GONE_ISSUER: "http://127.0.0.1:9",
    OIDC_GONE_CLIENT_ID: "gone",
    OIDC_GONE_CLIENT_SECRET: "gone",
  };
  app = await startApp({ port, env: { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, ...env } });
}, 900_000);

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const start = (client: HttpClient, name: string, body: object = { purpose: "sign_in" }) => client.send("POST", `/api/auth/providers/${name}/start`, body);
const startByForm = (client: HttpClient, name: string, fields: Record<string, string>, headers = {}) => client.send("POST", `/api/auth/providers/${name}/start`, new URLSearchParams(fields).toString(), { ...FORM, ...headers });
const locationOf = ({ status, headers }: Answer) => `${status} ${headers.get("location")}`;

/** There and back again, as a browser does it. */
async function comeBack(client: HttpClient, begun: Answer, login: string, there = acme.browser()): Promise<Answer> {
  const back = new URL(await there.visit(begun.body?.url ?? begun.headers.get("location") ?? "", login));
  return client.send("GET", back.pathname + back.search);
}

async function signedIn(login: string, there = acme.browser()): Promise<HttpClient> {
  acme.accounts.set(login, { email: `${login}@example.com`, email_verified: true, name: "Jane Doe" });
  const client = httpClient(app.url);
  expect(locationOf(await comeBack(client, await start(client, "acme"), login, there))).toBe("303 /devices");
  return client;
}

test("which there are is told to everybody; one that is not there delays nothing", async () => {
  const started = performance.now();
  const answer = await httpClient(app.url).send("GET", "/api/auth/providers");
  expect([answer.status, answer.body]).toEqual([200, { items: [{ name: "acme", label: "Acme" }, { name: "bad", label: "Bad & <b>Co</b>" }, { name: "gone", label: "gone" }] }]);
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe("a sign-in through a provider", () => {
  test("makes an account of who is new, in a session like any other, that says through what it began", async () => {
    const client = await signedIn("new");
    expect([...client.jar.keys()].sort()).toEqual(["latchkey", "latchkey-device", "latchkey-last-provider", "latchkey-proof"]);
    expect((await client.send("GET", "/api/auth/session")).body).toMatchObject({ user: { email: "new@example.com", name: "Jane Doe", emailVerified: true } });
    expect((await client.send("GET", "/devices")).text).toMatch(/through (<!-- -->)?<bdi>Acme/);
    const page = await client.send("GET", "/sign-in");
    expect(page.text).toMatch(/Continue with (<!-- -->)?Acme[^]*?Used here last/);
    expect(page.text).not.toContain("<b>Co</b>");
    const again = await signedIn("new");
    expect((await again.send("GET", "/api/auth/session")).body.user.email).toBe("new@example.com");
  });

  test("by a plain form is a redirect to the provider and back, which keeps where to and for how long", async () => {
    acme.accounts.set("form", { email: "form@example.com", email_verified: true, name: "Jane Doe" });
    const client = httpClient(app.url);
    const begun = await startByForm(client, "acme", { purpose: "sign_in", next: "/profile", remember: "on" });
    expect(locationOf(begun)).toMatch(new RegExp(`^303 ${acme.issuer}/auth\\?`));
    expect(begun.cookies.find((cookie) => cookie.startsWith("latchkey-provider="))).toMatch(/Max-Age=600; HttpOnly; SameSite=Lax$/);
    const done = await comeBack(client, begun, "form");
    expect(locationOf(done)).toBe("303 /profile");
    expect(Number(/Max-Age=(\d+)/.exec(done.cookies.find((cookie) => cookie.startsWith("latchkey=")) ?? "")?.[1])).toBeGreaterThan(1_000);
    expect(done.headers.get("cache-control")).toBe("private, no-store");
  });

  test.each(["//evil.example", "https://evil.example/", "/\\evil.example", "/api/auth/session", "javascript:alert(1)", "/.//evil.example"])("leads nowhere else (%s)", async (next) => {
    acme.accounts.set("next", { email: "next@example.com", email_verified: true, name: "Jane Doe" });
    const client = httpClient(app.url);
    expect(locationOf(await comeBack(client, await start(client, "acme", { purpose: "sign_in", next }), "next"))).toBe("303 /devices");
  });

  test("is for the browser that began it, and once", async () => {
    const [victim, attacker] = [httpClient(app.url), httpClient(app.url)];
    acme.accounts.set("attacker", { email: "attacker@example.com", email_verified: true, name: "Mal" });
    const begun = await start(attacker, "acme");
    const back = new URL(await acme.browser().visit(begun.body.url, "attacker"));
    await start(victim, "acme");
    // Login CSRF: the attacker's answer in the browser of the victim, who has begun something as well.
    const led = await victim.send("GET", back.pathname + back.search);
    expect(locationOf(led)).toBe("303 /sign-in?trouble=attempt_over&provider=acme");
    expect([victim.jar.has("latchkey"), victim.jar.has("latchkey-provider")]).toEqual([false, true]);
    const sealed = attacker.jar.get("latchkey-provider") ?? "";
    expect(locationOf(await attacker.send("GET", back.pathname + back.search))).toBe("303 /devices");
    attacker.jar.set("latchkey-provider", sealed);
    expect(locationOf(await attacker.send("GET", back.pathname + back.search)), "the same once more").toMatch(/^303 \/sign-in\?trouble=/);
  });

  test("that comes back twice at once signs in once", async () => {
    const client = httpClient(app.url);
    const { body } = await start(client, "bad");
    bad.nonce = new URL(body.url).searchParams.get("nonce") ?? "";
    const state = new URL(body.url).searchParams.get("state");
    const cookie = [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ");
    // This provider takes a code as often as it comes.
    const answers = await Promise.all([1, 2, 3].map(() => fetch(`${app.url}/api/auth/providers/bad/callback?code=c&state=${state}`, { headers: { cookie }, redirect: "manual" })));
    const places = answers.map(({ headers }) => headers.get("location"));
    expect(places.filter((place) => place === "/devices")).toHaveLength(1);
    expect(places.filter((place) => place?.startsWith("/sign-in?trouble=attempt_over"))).toHaveLength(2);
  });
});

describe("what goes wrong", () => {
  test("at the start is said by the call in its codes, and to a form by a page", async () => {
    const client = httpClient(app.url);
    expect((await start(client, "unknown")).body).toMatchObject({ status: 404, code: "not_found" });
    expect((await start(client, "gone")).body).toMatchObject({ status: 503, code: "unavailable" });
    expect((await start(client, "acme", { purpose: "link" })).body).toMatchObject({ status: 401, code: "unauthenticated" });
    expect((await start(client, "acme", { purpose: "steal" })).status).toBe(400);
    expect((await client.send("GET", "/api/auth/providers/acme/start")).status).toBe(405);
    const foreign = await startByForm(client, "acme", { purpose: "sign_in" }, { origin: "https://evil.example" });
    expect(foreign.body).toMatchObject({ status: 403, code: "cross_origin" });
    const gone = await startByForm(client, "gone", { purpose: "sign_in", next: "/profile" });
    expect(locationOf(gone)).toBe("303 /sign-in?trouble=unavailable&provider=gone&next=%2Fprofile");
    expect((await client.send("GET", gone.headers.get("location") ?? "")).text).toContain("gone does not answer right now");
    expect(locationOf(await startByForm(client, "acme", { purpose: "prove" }))).toBe("303 /sign-in?ended=1&next=%2Fconfirm");
  });

  test("at the provider is said by a page in words of ours, whatever the address says", async () => {
    const client = httpClient(app.url);
    const { body } = await start(client, "acme");
    const state = new URL(body.url).searchParams.get("state") ?? "";
    const query = new URLSearchParams({ state, iss: acme.issuer, error: "access_denied", error_description: "<script>alert(1)</script>", error_uri: "https://evil.example" });
    const led = await client.send("GET", `/api/auth/providers/acme/callback?${query.toString()}`);
    expect(locationOf(led)).toBe("303 /sign-in?trouble=forbidden&provider=acme");
    for (const address of [led.headers.get("location") ?? "", "/sign-in?trouble=%3Cscript%3Ealert(1)%3C/script%3E&provider=%3Cscript%3Ealert(1)%3C/script%3E", "/sign-in?trouble=constructor&provider=__proto__"]) {
      const page = await client.send("GET", address);
      expect(page.status).toBe(200);
      expect(page.text).toContain('role="alert"');
      expect(page.text).not.toContain("<script>alert(1)");
    }
    expect(locationOf(await client.send("GET", "/api/auth/providers/acme/callback?state=a&state=b"))).toBe("303 /sign-in?trouble=invalid_credentials&provider=acme");
    for (const odd of ["",  `?${"x".repeat(3000)}`, "?code=%00&state=%ff"]) expect(locationOf(await client.send("GET", `/api/auth/providers/acme/callback${odd}`))).toMatch(/^303 \/sign-in\?trouble=\w+&provider=acme$/);
    expect(locationOf(await client.send("GET", "/api/auth/providers/%3Cscript%3E/callback"))).toMatch(/^303 \/sign-in\?trouble=attempt_over/);
  });

  test("leaves no secret in the log", async () => {
    const client = httpClient(app.url);
    const { body } = await start(client, "acme");
    const state = new URL(body.url).searchParams.get("state") ?? "";
    await client.send("GET", `/api/auth/providers/acme/callback?state=${state}&code=a-code-of-nobody&iss=${encodeURIComponent(acme.issuer)}`);
    expect(app.output()).toContain("providers: no answer that can be used");
    for (const secret of ["a-code-of-nobody", state, "access_token", acme.env.OIDC_ACME_CLIENT_SECRET ?? ""]) expect(app.output()).not.toContain(secret);
  });
});

test("pages let forms lead to where providers are, and nowhere else", async () => {
  const policy = (await httpClient(app.url).send("GET", "/sign-in")).headers.get("content-security-policy") ?? "";
  const sources = /form-action ([^;]*)/.exec(policy)?.[1]?.split(" ") ?? [];
  // Where "gone" sends people nobody knows yet.
  expect(sources).toEqual(["'self'", acme.issuer, new URL(bad.issuer).origin, "http://127.0.0.1:9", "https:"]);
});

describe("linking", () => {
  test("takes a step-up, and a session that is the same when it comes back", async () => {
    const client = httpClient(app.url);
    expect((await client.send("POST", "/api/auth/signup", { email: "own@example.com", password: PASSWORD, name: "Zo Li" })).status).toBe(201);
    acme.accounts.set("mine", { email: "elsewhere@example.com", email_verified: true, name: "Zo" });
    const proof = client.jar.get("latchkey-proof") ?? "";
    client.jar.delete("latchkey-proof");
    expect((await start(client, "acme", { purpose: "link" })).body).toMatchObject({ status: 403, code: "proof_required" });
    expect(locationOf(await startByForm(client, "acme", { purpose: "link" }))).toBe("303 /confirm?next=%2Fsecurity");
    expect(locationOf(await startByForm(client, "acme", { purpose: "link", next: "/security#linked" }))).toBe("303 /confirm?next=%2Fsecurity%23linked");
    client.jar.set("latchkey-proof", proof);
    expect(locationOf(await comeBack(client, await startByForm(client, "acme", { purpose: "link", next: "/security" }), "mine"))).toBe("303 /security");
    expect((await client.send("GET", "/api/auth/factors")).body).toMatchObject({ identities: [{ provider: "acme", label: "Acme", email: "elsewhere@example.com" }] });
    const again = await comeBack(client, await start(client, "acme", { purpose: "link" }), "mine");
    expect(locationOf(again)).toBe("303 /security?trouble=conflict&provider=acme");
    expect((await client.send("GET", again.headers.get("location") ?? "")).text).toContain("what you have at Acme is linked already");
    // Begun in one session, and ended in another of the same browser.
    const begun = await start(client, "acme", { purpose: "link" });
    await client.send("POST", "/api/auth/signin", { email: "own@example.com", password: PASSWORD });
    expect(locationOf(await comeBack(client, begun, "mine"))).toBe("303 /sign-in?trouble=attempt_over&provider=acme");
  });
});

test("an account that has nothing else proves once more who it is by signing in anew at its provider", async () => {
  const there = acme.browser();
  const client = await signedIn("prover", there);
  expect((await client.send("GET", "/api/auth/proof")).body).toMatchObject({ ways: ["provider:acme"] });
  client.jar.delete("latchkey-proof");
  expect((await start(client, "bad", { purpose: "link" })).body).toMatchObject({ code: "proof_required", ways: ["provider:acme"] });
  // Somebody else signs in there in its place, in a browser where nobody was: else that were a logout.
  acme.accounts.set("stranger", { email: "stranger@example.com", email_verified: true });
  expect(locationOf(await comeBack(client, await start(client, "acme", { purpose: "prove", next: "/profile" }), "stranger"))).toMatch(/^303 \/confirm\?trouble=invalid_credentials/);
  expect(locationOf(await comeBack(client, await start(client, "acme", { purpose: "prove", next: "/profile" }), "prover", there))).toBe("303 /profile");
  expect((await client.send("GET", "/api/auth/proof")).body).toMatchObject({ provenUntil: expect.any(String) });
});

test("who signs out there falls out here within a second, and for good; a new sign-in stays", async () => {
  const there = acme.browser();
  const [client, elsewhere] = [await signedIn("leaver", there), await signedIn("leaver")];
  const stream = await openEventStream(app.url, client);
  const started = performance.now();
  await there.signOut();
  await expect.poll(() => stream.closed, { timeout: 2_000, interval: 10 }).toBe(true);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(stream.text).toContain('"reason":"ended_by_provider"');
  expect(acme.logouts).toEqual([""]);
  expect((await client.send("GET", "/api/auth/session")).status).toBe(401);
  expect((await elsewhere.send("GET", "/api/auth/session")).status).toBe(200);
  expect((await client.send("GET", "/sign-in?ended=1")).text).toContain("the provider that you signed in with ended your session");
  const again = await signedIn("leaver", there);
  expect((await again.send("GET", "/api/auth/session")).status).toBe(200);
});

test("whoever fails in the same network, a browser that the provider was used in before is not kept out, and no other is let in by its mark", async () => {
  const back = async (client: HttpClient) => {
    const { body } = await start(client, "bad");
    const { searchParams } = new URL(body.url);
    bad.nonce = searchParams.get("nonce") ?? "";
    return locationOf(await client.send("GET", `/api/auth/providers/bad/callback?code=c&state=${searchParams.get("state") ?? ""}`));
  };
  const [owner, stranger, thief] = [httpClient(app.url), httpClient(app.url), httpClient(app.url)];
  expect(await back(owner)).toBe("303 /devices");
  bad.tokens = () => ({ error: "invalid_grant" });
  for (let round = 0; round < 100; round++) await back(stranger);
  bad.reset();
  expect(await back(stranger)).toBe("303 /sign-in?trouble=rate_limited&provider=bad");
  thief.jar.set("latchkey-last-provider", owner.jar.get("latchkey-last-provider") ?? "");
  expect(await back(thief)).toBe("303 /sign-in?trouble=rate_limited&provider=bad");
  owner.jar.delete("latchkey");
  expect(await back(owner)).toBe("303 /devices");
});

test("what is no logout token is refused, without a word of why", async () => {
  const logout = (body: string, headers: Record<string, string> = FORM, name = "acme") => fetch(`${app.url}/api/auth/providers/${name}/logout`, { method: "POST", body, headers });
  for (const body of ["", "logout_token=", "logout_token=x", "logout_token=a&logout_token=b", "token=x"]) expect((await logout(body)).status).toBe(400);
  expect((await logout("logout_token=x", FORM, "gone")).status).toBe(503);
  expect((await logout("logout_token=x", FORM, "unknown")).status).toBe(404);
  expect((await logout("{}", { "content-type": "application/json" })).status).toBe(415);
  expect((await fetch(`${app.url}/api/auth/providers/acme/logout`)).status).toBe(405);
});
