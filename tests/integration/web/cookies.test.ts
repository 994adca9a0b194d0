import { sealData } from "iron-session";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { testSettings } from "@/tests/support/test-settings";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";

const KEY = testSettings.SESSION_SECRETS.slice("1:".length);

let app: AttackedApp;
let victim: Victim;

beforeAll(async () => {
  app = await attackedApp();
  victim = await app.victim();
}, 300_000);

/** One character of the seal's nth part changed into another one that could stand there. */
function flipped(seal: string, part: number, at: "first" | "last"): string {
  const parts = seal.split("*");
  const text = parts[part] ?? "";
  const place = at === "first" ? 0 : text.length - 1;
  const other = /[0-9]/.test(text[place] ?? "") ? (text[place] === "1" ? "2" : "1") : text[place] === "A" ? "B" : "A";
  parts[part] = text.slice(0, place) + other + text.slice(place + 1);
  return parts.join("*");
}

const sealed = (content: unknown, password: Record<string, string> = { 1: KEY }, ttl = 0) => sealData(content, { password, ttl });
const credential = (more: object = {}) => ({ u: victim.userId, s: victim.sessionId, k: "k".repeat(43), a: Date.now() + 1e9, t: 1800, ...more });

/** Header values that must open nothing. The cookie that is sent is a live one, changed. */
async function malformed(): Promise<[string, string][]> {
  const { seal, deviceSeal } = victim;
  const forms: [string, string][] = [
    ...[0, 1, 2, 3, 4, 6, 7].flatMap((part) => (["first", "last"] as const).map((at): [string, string] => [`part ${part} flipped at its ${at}`, flipped(seal, part, at)])),
    ...[0, 1, 5, 40, seal.length >> 1, seal.length - 44, seal.length - 3, seal.length - 2, seal.length - 1].map((length): [string, string] => [`cut to ${length}`, seal.slice(0, length)]),
    ["8 kB", `Fe26.2*1*${"a".repeat(8_000)}~2`],
    ["8 kB of a seal", seal.replace(/\*\*/, `${"A".repeat(7_500)}**`)],
    ["wrong prefix", seal.replace("Fe26.2", "Fe26.1")],
    ["no prefix", seal.slice("Fe26.2*".length)],
    ["an expiry that nobody sealed", seal.replace("**", `*${Date.now() + 1e9}*`)],
    ["no version", seal.replace(/~2$/, "")],
    ["another version", seal.replace(/~2$/, "~1")],
    ["trailing byte", `${seal}x`],
    ["trailing seal", `${seal}${seal}`],
    ["trailing comma", `${seal},${seal}`],
    ["trailing NUL, escaped", `${seal}%00`],
    ["percent-encoded", encodeURIComponent(seal).replaceAll("*", "%2A").replaceAll("~", "%7E")],
    ["one letter percent-encoded", seal.replace("F", "%46")],
    ["quoted", `"${seal}"`],
    ["upper case", seal.toUpperCase()],
    ["high bytes", `${seal.slice(0, 30)}\xff\xfe${seal.slice(30)}`],
    ["a key that is not ours", await sealed(credential(), { 9: KEY })],
    ["our key's id, another secret", await sealed(credential(), { 1: "another-secret-another-secret-another-1" })],
    ["a key id that is no number", seal.replace("*1*", "*__proto__*")],
    ["the device cookie's seal", deviceSeal],
  ];
  const shapes: [string, unknown][] = [
    ["nothing", {}], ["a list", [1]], ["null", null], ["a text", "hello"], ["a number", 1],
    ["one key more", credential({ role: "ADMIN" })], ["ids that are none", credential({ u: "x", s: "*" })], ["a secret that is no text", credential({ k: 1 })],
    ["another secret", credential()], ["another session", credential({ s: newId() })], ["another user", credential({ u: newId() })],
    ["no end", credential({ a: null })], ["a negative time", credential({ t: -1 })], ["a huge time", credential({ t: 1e300 })], ["a fraction", credential({ t: 0.5 })],
  ];
  for (const [what, content] of shapes) forms.push([`a good seal of ${what}`, await sealed(content)]);
  const cookies = forms.map(([what, value]): [string, string] => [what, `latchkey=${value}`]);
  return [
    ...cookies,
    ["twice the same", `latchkey=${seal}; latchkey=${seal}`],
    ["an empty one before", `latchkey=; latchkey=${seal}`],
    ["a broken one after", `latchkey=${seal}; latchkey=x`],
    ["another name", `Latchkey=${seal}; latchkey2=${seal}; __Host-latchkey=${seal}`],
    ["no name", seal],
    ["nothing but separators", "; ;;=;=="],
  ];
}

describe("a session cookie counts only byte for byte as it was sealed", () => {
  test("whatever else is sent is nobody: 401, and nothing is cleared", async () => {
    const wrong: unknown[] = [];
    for (const [what, cookie] of await malformed()) {
      const call = await app.ask({ path: "/api/auth/session", headers: [["Cookie", cookie]] });
      if (call.status !== 401 || call.headers.has("set-cookie")) wrong.push([what, call.status, call.headers.get("set-cookie")]);
    }
    expect(wrong).toEqual([]);
  });

  test("so do the routes and the pages behind the middleware", async () => {
    const wrong: unknown[] = [];
    for (const [what, cookie] of (await malformed()).filter((_form, index) => index % 3 === 0)) {
      const headers = [["Cookie", cookie], ["Origin", app.url]] as const;
      const route = await app.ask({ path: "/api/users/me", headers });
      const change = await app.ask({ method: "POST", path: "/api/auth/logout", headers });
      const page = await app.ask({ path: "/devices", headers });
      const seen = [route.status, change.status, page.status, page.headers.get("location"), page.headers.get("set-cookie")];
      if (JSON.stringify(seen) !== JSON.stringify([401, 401, 307, ["/sign-in?next=%2Fdevices"], undefined])) wrong.push([what, ...seen]);
    }
    expect(wrong).toEqual([]);
  });

  test("two Cookie headers are one with two cookies", async () => {
    const answer = await app.ask({ path: "/api/auth/session", headers: [["Cookie", victim.cookie], ["Cookie", victim.cookie]] });
    expect(answer.status).toBe(401);
  });

  test("a broken device cookie names no device, and signing in goes on", async () => {
    for (const value of ["x", `${victim.deviceSeal}x`, victim.seal, await sealed({ d: "../.." }), await sealed({ d: victim.deviceId }, { 9: KEY })]) {
      const body = JSON.stringify({ email: victim.email, password: "seventeen blue kettles" });
      const answer = await app.ask({ method: "POST", path: "/api/auth/signin", body, headers: [["Content-Type", "application/json"], ["Origin", app.url], ["Cookie", `latchkey-device=${value}`]] });
      expect(answer.status, value).toBe(200);
      expect(JSON.parse(answer.body).session.device.id).not.toBe(victim.deviceId);
    }
  });

  test("none of it harmed the session that the cookie stands for", async () => {
    const owner = await app.victim();
    for (const part of [2, 4, 7]) await app.ask({ path: "/api/auth/session", headers: [["Cookie", `latchkey=${flipped(owner.seal, part, "first")}`]] });
    expect((await app.askAs(owner, { path: "/api/auth/session" })).status).toBe(200);
  });
});

test("signing out with a cookie of a key that only other instances have: the session may live, so the browser keeps it", async () => {
  const cookie = `latchkey=${await sealed(credential(), { 9: KEY })}`;
  const headers: [string, string][] = [["Cookie", cookie], ["Origin", app.url]];
  const form = await app.ask({ method: "POST", path: "/sign-out", headers: [...headers, ["Content-Type", "application/x-www-form-urlencoded"]], body: "" });
  expect([form.status, form.headers.get("location"), form.headers.get("set-cookie")]).toEqual([303, ["/unavailable"], undefined]);
  const call = await app.ask({ method: "POST", path: "/api/auth/logout", headers });
  expect([call.status, call.headers.get("set-cookie")]).toEqual([401, undefined]);
});
