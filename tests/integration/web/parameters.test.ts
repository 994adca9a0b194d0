import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";

let app: AttackedApp;
let victim: Victim;
let other: Victim;

beforeAll(async () => {
  app = await attackedApp();
  [victim, other] = [await app.victim(), await app.victim()];
}, 300_000);

const encode = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString("base64url");

describe("an id that is none, or someone else's, answers exactly as what does not exist", () => {
  const strange = (own: string, theirs: string) => [
    theirs, own.toUpperCase(), own.slice(0, 35), `${own}0`, own.replaceAll("-", ""), `{${own}}`, `urn:uuid:${own}`, ` ${own}`.replace(" ", "%20"), `${own}%20`, `${own}%0a`.replace("%0a", "%c2%a0"),
    "00000000-0000-0000-0000-000000000000", "x", "0", "-1", "1e3", "null", "undefined", "NaN", "true", "__proto__", "constructor", "toString", "%2e%2e%2fme", "..%2f..", "%27%20or%201=1--", "%F0%9F%92%A5", "%e2%80%ae",
    "$where", "*", "{}", "[]", "a".repeat(7_000), `${own},${theirs}`, `${own};x`,
  ];
  const targets: [string, string, (browser: Victim) => string, string?][] = [
    ["DELETE", "/api/auth/sessions", (browser) => browser.sessionId],
    ["DELETE", "/api/auth/devices", (browser) => browser.deviceId],
    ["PATCH", "/api/auth/devices", (browser) => browser.deviceId, '{"name": "Mine"}'],
    ["GET", "/api/users", (browser) => browser.userId],
  ];
  test.each(targets)("%s %s/:id", async (method, path, idOf, body) => {
    const send = (id: string) => app.askAs(victim, { method, path: `${path}/${id}`, ...(body && { body, headers: [["Content-Type", "application/json"]] }) });
    const nothing = await send(newId());
    expect(nothing.status).toBe(404);
    const seen = ({ status, body: text, headers }: typeof nothing) => [status, text, [...headers.keys()].sort()];
    const theirs = method === "GET" ? newId() : idOf(other);
    for (const id of strange(idOf(victim), theirs)) expect(seen(await send(id)), id).toEqual(seen(nothing));
    expect((await app.askAs(other, { path: "/api/auth/session" })).status).toBe(200);
  });

  test("and so does what no page can be named; what is no HTTP is 400", async () => {
    const nothing = await app.askAs(victim, { method: "DELETE", path: `/api/auth/sessions/${newId()}` });
    for (const id of ["%00", "%0d%0aset-cookie:%20a=b", "%zz", "%ff", "\\..\\x"]) {
      const { status, body } = await app.askAs(victim, { method: "DELETE", path: `/api/auth/sessions/${id}` });
      expect([status, body], id).toEqual([404, nothing.body]);
    }
    expect((await app.askAs(victim, { method: "DELETE", path: "/api/auth/sessions/a b" })).status).toBe(400);
  });
});

describe("what a list is asked for is 400 when it is none of what it takes", () => {
  const queries = [
    ...["0", "101", "abc", "1e2", "-1", "1.5", "+5", "%205", "", "0x10", "Infinity", "99999999999999999999", "٥"].map((limit) => `limit=${limit}`),
    "limit=5&limit=5", "limit[]=5", "limit=5&limit=0", "Limit=5", "q=x", "constructor=x", "cursor=a&cursor=b", "%00=1", "=x",
    ...["x", "e30", "bnVsbA", "%00", "%ff", "..", "a".repeat(600), encode([]), encode({}), encode("x"), encode([null]), encode(["x", "y"]), encode([1]), encode(["2026-01-01T00:00:00.000Z", "x"]),
      encode([Number.MAX_VALUE, newId()]), encode(["' or 1=1", newId()]), encode([newId(), newId()]), encode([{ __proto__: 1 }, 2]), encode([[[[]]]])].map((cursor) => `cursor=${cursor}`),
  ];
  test.each(["/api/auth/sessions", "/api/auth/devices", "/api/auth/ips", "/api/auth/activity"])("%s", async (path) => {
    const wrong: unknown[] = [];
    for (const query of queries) {
      const answer = await app.askAs(victim, { path: `${path}?${encodeURI(query).replaceAll("%25", "%")}` });
      if (answer.status !== 400) wrong.push([query, answer.status, answer.body.slice(0, 80)]);
    }
    expect(wrong).toEqual([]);
    for (const limit of [1, 100]) expect((await app.askAs(victim, { path: `${path}?limit=${limit}` })).status).toBe(200);
  });

  test("types, flags and keys that only other calls know", async () => {
    for (const path of [
      ...["all", "SIGN_IN.SUCCEEDED", "sign_in.*", "", "%00", "a&type=b", "__proto__"].map((type) => `activity?type=${type}`),
      ...["1", "yes", "TRUE", "", "true&ended=true"].map((flag) => `sessions?ended=${flag}`),
      "devices?ended=true", "ips?type=x", "session/?x=1".replace("/?", "s?"),
    ]) expect((await app.askAs(victim, { path: `/api/auth/${path}` })).status, path).toBe(400);
    for (const path of ["sessions?keepCurrent=1", "sessions?keepcurrent=true", "sessions?all=true", `sessions/${other.sessionId}?force=1`, `devices/${victim.deviceId}?x`]) {
      expect((await app.askAs(victim, { method: "DELETE", path: `/api/auth/${path}` })).status, path).toBe(400);
    }
    expect((await app.askAs(victim, { path: "/api/auth/session" })).status).toBe(200);
  });

  test("another user's cursor shows nothing of theirs", async () => {
    const theirs = JSON.parse((await app.askAs(other, { path: "/api/auth/activity?limit=1" })).body).nextCursor as string;
    const mine = JSON.parse((await app.askAs(victim, { path: `/api/auth/activity?limit=100&cursor=${theirs}` })).body).items as { sessionId: string }[];
    expect(mine.filter(({ sessionId }) => sessionId === other.sessionId)).toEqual([]);
  });
});

describe("addresses of pages", () => {
  test("a page's query may be anything: the page is shown, or one goes to it without", async () => {
    for (const path of [
      "/devices?rename=x&rename=y", "/devices?rename[]=1", "/devices?rename=%3Cscript%3E", "/devices?%", "/devices?a=%zz", "/devices?__proto__=1", "/devices?_rsc=x", "/devices?__nextLocale=xx",
      "/activity?type=nonsense", "/activity?cursor=x", "/activity?cursor=a&cursor=b", `/activity?cursor=${encode([1])}`, "/profile?name=x", "/sign-in?ended=2&ended=1", "/sign-in?next=a&next=b", `/sign-in?next=${"a".repeat(6_000)}`,
    ]) {
      const answer = await app.askAs(victim, { path });
      expect([200, 307, 400], `${path} ${answer.status}`).toContain(answer.status);
      expect(answer.headers.get("location")?.[0] ?? "/", path).toMatch(/^\/(?!\/)/);
    }
  });

  test("Next's own corners are closed or harmless", async () => {
    for (const [path, statuses] of [
      ["/_next/image?url=http://127.0.0.1:1/x&w=64&q=75", [404]], ["/_next/image?url=%2Fapi%2Fauth%2Fsession&w=64&q=75", [404]], ["/_next/data/x/devices.json", [404]], ["/_next/static/../../package.json", [404]], ["/_next/static/%2e%2e%2f%2e%2e%2fpackage.json", [400, 404]],
      ["/..%2f..%2fetc/passwd", [400, 404]], ["/.env", [404]], ["/package.json", [404]], ["/api/..;/health", [404]], ["/devices/", [307, 308]], ["/DEVICES", [404]], ["/devices.rsc", [200, 307, 404]], ["/devices%2f", [404]], ["/unavailable", [200]], ["/_not-found", [404]], ["/_error", [404]], ["/500", [404]],
    ] as const) expect(statuses, path).toContain((await app.ask({ path })).status);
  });
});
