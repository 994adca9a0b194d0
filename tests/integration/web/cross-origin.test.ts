import { beforeAll, describe, expect, test } from "vitest";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";
import { formOf, multipart } from "./page-form";

type Headers = [string, string][];

let app: AttackedApp;
let victim: Victim;

beforeAll(async () => {
  app = await attackedApp();
  victim = await app.victim();
}, 300_000);

/** What another site's page, or a browser that hides where it comes from, can send along with the cookie. */
function foreign(): [string, Headers][] {
  const { url, port } = app;
  const origins = ["https://evil.example", "null", "", `https://localhost:${port}`, `http://localhost:${port + 1}`, `http://localhost`, `${url}.evil.example`, `${url}/`, `${url}@evil.example`, `http://127.0.0.1:${port}`, `http://sub.localhost:${port}`, `HTTP://LOCALHOST:${port}`, `${url}, https://evil.example`, "file://", "x"];
  return [
    ...origins.map((origin): [string, Headers] => [`Origin: ${origin}`, [["Origin", origin]]]),
    ["Origin of another site, Sec-Fetch-Site: same-origin", [["Origin", "https://evil.example"], ["Sec-Fetch-Site", "same-origin"]]],
    ["two Origins", [["Origin", url], ["Origin", "https://evil.example"]]],
    ...["cross-site", "same-site", "Same-Origin", "", "x"].map((site): [string, Headers] => [`Sec-Fetch-Site: ${site}`, [["Sec-Fetch-Site", site]]]),
    ["neither", []],
    ["a Referer only", [["Referer", `${url}/devices`]]],
    ["our host, forwarded", [["X-Forwarded-Host", "evil.example"], ["Origin", "http://evil.example"]]],
    ["a Host of theirs", [["Host", "evil.example"], ["Origin", "http://evil.example"]]],
  ];
}

const stillThere = async () => expect((await app.askAs(victim, { path: "/api/auth/session" })).status).toBe(200);
const nameOf = async () => JSON.parse((await app.askAs(victim, { path: "/api/users/me" })).body).name;

describe("from another site with the cookie: 403, and nothing happens", () => {
  const calls: [string, string, string][] = [
    ["POST", "/api/auth/logout", ""], ["POST", "/api/auth/logout-all", "{}"], ["DELETE", "/api/auth/sessions", ""], ["POST", "/api/auth/refresh", ""],
    ["PATCH", "/api/users/me", '{"name": "Owned"}'], ["POST", "/api/auth/signin", '{"email": "a@example.com", "password": "x"}'], ["POST", "/api/auth/signup", '{"email": "a@example.com", "password": "x", "name": "A"}'], ["POST", "/sign-out", ""],
  ];
  test.each(calls)("%s %s", async (method, path, body) => {
    const wrong: unknown[] = [];
    for (const [what, headers] of foreign()) {
      const type: Headers = body === "" ? [] : [["Content-Type", "application/json"]];
      const answer = await app.ask({ method, path, body, headers: [["Cookie", victim.cookie], ...type, ...headers] });
      // A second Host is no HTTP; Node refuses it.
      const refused = answer.status === 403 && JSON.parse(answer.body).code === "cross_origin";
      if (!refused && !(answer.status === 400 && what === "a Host of theirs")) wrong.push([what, answer.status]);
    }
    expect(wrong).toEqual([]);
    await stillThere();
    expect(await nameOf()).toBe("Zo Li");
  });

  test("a session of one device, by its id", async () => {
    for (const [what, headers] of foreign().slice(0, 3)) {
      const answer = await app.ask({ method: "DELETE", path: `/api/auth/sessions/${victim.sessionId}`, headers: [["Cookie", victim.cookie], ...headers] });
      expect(answer.status, what).toBe(403);
    }
    await stillThere();
  });

  test("signing in from a foreign origin is refused without a cookie too; from no browser it is allowed", async () => {
    const send = (headers: Headers) => app.ask({ method: "POST", path: "/api/auth/signin", body: '{"email": "a@example.com", "password": "x"}', headers: [["Content-Type", "application/json"], ...headers] });
    for (const headers of [[["Origin", "null"]], [["Origin", "https://evil.example"]], [["Sec-Fetch-Site", "cross-site"]]] as Headers[]) expect((await send(headers)).status).toBe(403);
    for (const headers of [[], [["Origin", app.url]], [["Sec-Fetch-Site", "none"]], [["Origin", app.url], ["Sec-Fetch-Site", "cross-site"]]] as Headers[]) expect((await send(headers)).status).toBe(401);
  });

  test("from here it works: with our Origin, or with Sec-Fetch-Site that says so", async () => {
    for (const headers of [[["Origin", app.url]], [["Sec-Fetch-Site", "same-origin"]], [["Sec-Fetch-Site", "none"]]] as Headers[]) {
      expect((await app.ask({ method: "POST", path: "/api/auth/refresh", headers: [["Cookie", victim.cookie], ...headers] })).status).toBe(200);
    }
  });
});

describe("server actions are public POSTs and check for themselves", () => {
  test("the page's own form, sent from elsewhere, changes nothing", async () => {
    const page = await app.askAs(victim, { path: "/profile" });
    const { type, body } = multipart({ ...formOf(page.body, "name"), name: "Owned" });
    for (const [what, headers] of foreign()) {
      const answer = await app.ask({ method: "POST", path: "/profile", body, headers: [["Cookie", victim.cookie], ["Content-Type", type], ...headers] });
      expect([400, 403], `${what}: ${answer.status}`).toContain(answer.status);
    }
    expect(await nameOf()).toBe("Zo Li");
    const answer = await app.askAs(victim, { method: "POST", path: "/profile", body, headers: [["Content-Type", type]] });
    expect(answer.status).toBeLessThan(400);
    expect(await nameOf()).toBe("Owned");
  });

  test("nor signs it anybody in (login CSRF)", async () => {
    const page = await app.ask({ path: "/sign-in" });
    const { type, body } = multipart({ ...formOf(page.body, "email"), email: victim.email, password: "seventeen blue kettles" });
    for (const headers of [[["Origin", "https://evil.example"]], [["Origin", "null"]], [["Sec-Fetch-Site", "cross-site"]], [["Cookie", victim.cookie]]] as Headers[]) {
      const answer = await app.ask({ method: "POST", path: "/sign-in", body, headers: [["Content-Type", type], ...headers] });
      expect([answer.status, answer.headers.get("set-cookie")]).toEqual([403, undefined]);
    }
  });

  test("an action called by its id, with arguments that are none: refused, never a fault", async () => {
    const id = /&quot;id&quot;:&quot;([0-9a-f]{20,})/.exec((await app.ask({ path: "/sign-in" })).body)?.[1] ?? "";
    expect(id).not.toBe("");
    const types = ["text/plain;charset=UTF-8", "multipart/form-data", "multipart/form-data; boundary=x", "application/json", "application/x-www-form-urlencoded", "x"];
    const bodies = ["[]", "[1]", "[null,null]", '["$K1"]', '["$undefined","$undefined"]', "garbage", "[1", '{"then":1}', '["$F1"]', '[{"__proto__":{"a":1}}]', '["$1:__proto__:constructor"]', "--x\r\ncut off", "", "[".repeat(20_000), "x".repeat(1_500_000)];
    for (const action of [id, "deadbeef", "", "__proto__", "a".repeat(42)]) {
      for (const type of types) {
        for (const body of action === id ? bodies : bodies.slice(0, 2)) {
          const answer = await app.ask({ method: "POST", path: "/sign-in", body, headers: [["Origin", app.url], ["Next-Action", action], ["Content-Type", type]] });
          expect(answer.status, `${action} ${type} ${body.slice(0, 20)}`).toBeLessThan(500);
          expect(answer.headers.has("set-cookie")).toBe(false);
        }
      }
    }
  });

  test("a form that is cut, or names what is no action", async () => {
    const page = await app.askAs(victim, { path: "/profile" });
    const fields = formOf(page.body, "name");
    const { type, body } = multipart({ ...fields, name: "Cut" });
    const bound = Object.keys(fields).find((name) => /^\$ACTION_\d+:0$/.test(name)) ?? expect.fail("the form names no action");
    const forms = [body.slice(0, body.length - 30), body.slice(0, 100), "", ...["$ACTION_REF_1", "$ACTION_ID_x", "$ACTION_1:0", "__proto__"].map((name) => multipart({ [name]: "[]", name: "Cut" }).body),
      multipart({ ...fields, [bound]: '{"id":"x","bound":null}', name: "Cut" }).body, multipart({ ...fields, [bound]: "}", name: "Cut" }).body, multipart({ ...fields, $ACTION_KEY: "x", name: "Cut", role: "ADMIN" }).body];
    for (const form of forms) await app.askAs(victim, { method: "POST", path: "/profile", body: form, headers: [["Content-Type", type]] });
    expect(await nameOf()).not.toBe("Cut");
  });
});
