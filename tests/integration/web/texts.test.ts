import { beforeAll, describe, expect, test } from "vitest";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";
import { formOf, multipart } from "./page-form";

const PASSWORD = "seventeen blue kettles";
const MARKUP = ["<script>alert(1)</script>", "</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<!--<script>", "{{7*7}}${7*7}", "javascript:alert(1)", "';alert(1)//"];

let app: AttackedApp;

beforeAll(async () => {
  app = await attackedApp();
}, 300_000);

function signUp(name: string, userAgent: Buffer | string) {
  const body = JSON.stringify({ email: `t${Math.random().toString(36).slice(2)}@example.com`, password: PASSWORD, name });
  const agent = Buffer.from(userAgent).toString("latin1");
  return app.ask({ method: "POST", path: "/api/auth/signup", body, headers: [["Content-Type", "application/json"], ["Origin", app.url], ["User-Agent", agent]] });
}

function cookieOf(answer: { headers: Map<string, string[]> }): string {
  return (answer.headers.get("set-cookie") ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
}

/** No tag of theirs, no invisible character, in what the pages and calls of this account show. */
async function expectInert(cookie: string, markup: string[]): Promise<void> {
  for (const path of ["/devices", "/devices?rename=x", "/activity", "/profile", "/security", "/sign-in", "/api/auth/sessions", "/api/auth/devices", "/api/auth/activity", "/api/auth/session"]) {
    const { status, body, headers } = await app.ask({ path, headers: [["Cookie", cookie], ["User-Agent", "x"]] });
    expect(status, path).toBe(200);
    expect(body, path).not.toMatch(/[\u0000-\u0008\u000b\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]|\\u0000|\\u202e/i);
    if (headers.get("content-type")?.[0]?.startsWith("text/html")) for (const text of markup.filter((one) => /[<>]/.test(one))) expect(body, `${path}: ${text}`).not.toContain(text);
  }
}

describe("what people call themselves and their browsers is shown, inert", () => {
  test.each([...MARKUP, "💥".repeat(100), "Zoë 👩‍👩‍👧 محمد", "%3Cscript%3E", "__proto__", "null"])("a name %s", async (name) => {
    const answer = await signUp(name, "Firefox");
    expect(JSON.parse(answer.body).user.name).toBe(name);
    await expectInert(cookieOf(answer), [name]);
  });

  test.each(["a\u202Egnp", "a\0b", "\ud800", "💥".repeat(101), " ", "\u2066x"])("a name %j is refused", async (name) => {
    expect((await signUp(name, "Firefox")).status).toBe(400);
  });

  const agents: [string, Buffer | string][] = [
    ...MARKUP.map((text): [string, string] => [text, `Mozilla/5.0 (X11; Linux) ${text} Firefox/144.0`]),
    ["8 kB", "Mozilla/5.0 ".padEnd(8_000, "x(;")],
    ["U+202E", "Firefox \u202Egnp.exe"],
    ["emoji", "💥".repeat(100)],
    ["no UTF-8", Buffer.from([0x46, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x46])],
    ["C1 controls", Buffer.from([0x46, 0x80, 0x85, 0x9b, 0x46])],
    ["tabs", "a\tb\t"],
    ["empty", ""],
    ["a slow regular expression's food", "Mozilla/5.0 (".padEnd(6_000, "Windows NT ")],
    ["a name of Object's", "__proto__/1.0 constructor/2.0"],
  ];
  test.each(agents)("a user agent: %s", async (_what, agent) => {
    const started = performance.now();
    const answer = await signUp("Zo", agent);
    expect(answer.status).toBe(201);
    expect(performance.now() - started).toBeLessThan(3_000);
    const { device } = JSON.parse(answer.body).session;
    expect(device.userAgent.length).toBeLessThanOrEqual(512);
    expect(device.name).not.toMatch(/[<>]|[\u0000-\u001f\u007f-\u009f\u202e]/);
    await expectInert(cookieOf(answer), MARKUP);
  });

  test("hints, zones and other headers of a browser", async () => {
    const body = JSON.stringify({ email: "hints@example.com", password: PASSWORD, name: "Zo" });
    const strange = '"<script>alert(1)</script>\u00ff"';
    const names = ["Sec-CH-UA", "Sec-CH-UA-Platform", "Sec-CH-UA-Platform-Version", "Sec-CH-UA-Model", "Sec-CH-UA-Mobile", "Accept-Language", "Accept", "DNT"];
    const answer = await app.ask({ method: "POST", path: "/api/auth/signup", body, headers: [["Content-Type", "application/json"], ["Origin", app.url], ...names.map((name): [string, string] => [name, strange])] });
    expect(answer.status).toBe(201);
    await expectInert(`${cookieOf(answer)}; latchkey-zone=<script>; zone=../../etc; tz="`, ["<script>alert(1)</script>"]);
  });
});

describe("after signing in one goes to a page of this origin or to /devices", () => {
  const foreign = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "https:evil.example", "https:/evil.example", "https://evil.example", "HTTPS://evil.example", "javascript:alert(1)", "data:text/html,x",
    "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example", " //evil.example", "/ /evil.example".replace(" ", "\t\n"), "/.//evil.example", "/./\\evil.example", "/a/..//evil.example", "/a/%2e%2e//evil.example",
    "/%2f%2fevil.example", "/%2F/evil.example", "/%5cevil.example", "/%5C%5Cevil.example", "/.//%2fevil.example", "%2f%2fevil.example", "%2f%5cevil.example", "/%09/evil.example".replace("%09", "\t"), "evil.example", "@evil.example", ".evil.example", ":80", "?x", "#x", "", "\0//evil.example", "/\u2028/evil.example".replace("\u2028", "\n"),
    "//localhost@evil.example", "http://localhost:1@evil.example/", "/".padEnd(3_000, "x"),
  ];
  const noPage = ["/%09/x", "/%00", "/a%0d%0ax", "/%zz", "/%ff", "/a/%7f", "/devices?q=\\", "/api/auth/session", "/devices/../api/users/me", "/%61pi/auth/session", "/_next/static/x.js"];
  const own: [string, string][] = [["/activity", "/activity"], ["/activity?type=x#y", "/activity?type=x#y"], ["/devices/../profile", "/profile"], ["/%73ecurity", "/security"], ["/a//b", "/a//b"]];
  let victim: Victim;

  async function leadsTo(next: string, path = `/sign-in?next=${encodeURIComponent(next)}`): Promise<string | undefined> {
    const page = await app.ask({ path });
    expect(page.status, JSON.stringify(next)).toBe(200);
    const { type, body } = multipart({ ...formOf(page.body, "email"), email: victim.email, password: PASSWORD });
    const answer = await app.ask({ method: "POST", path: "/sign-in", body, headers: [["Origin", app.url], ["Content-Type", type]] });
    expect(answer.status, JSON.stringify(next)).toBe(303);
    return answer.headers.get("location")?.[0];
  }

  beforeAll(async () => {
    victim = await app.victim();
  });

  test("whatever ?next= says", async () => {
    const wrong: unknown[] = [];
    for (const next of [...foreign, ...noPage]) {
      const location = await leadsTo(next);
      if (location !== "/devices") wrong.push([next, location]);
    }
    expect(wrong).toEqual([]);
    for (const [next, expected] of own) expect(await leadsTo(next)).toBe(expected);
  });

  test("the form's own field too", async () => {
    const page = await app.ask({ path: "/sign-in" });
    for (const next of ["//evil.example", "/.//evil.example", "javascript:alert(1)", "https://evil.example"]) {
      const { type, body } = multipart({ ...formOf(page.body, "email"), email: victim.email, password: PASSWORD, next });
      const answer = await app.ask({ method: "POST", path: "/sign-in", body, headers: [["Origin", app.url], ["Content-Type", type]] });
      expect(answer.headers.get("location"), next).toEqual(["/devices"]);
    }
  });
});
