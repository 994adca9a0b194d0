import { beforeAll, describe, expect, test } from "vitest";
import { type AttackedApp, attackedApp, type Victim } from "./attacked-app";

const PASSWORD = "seventeen blue kettles";
const JSON_TYPE = "application/json";

let app: AttackedApp;
let victim: Victim;

beforeAll(async () => {
  app = await attackedApp();
  victim = await app.victim();
}, 300_000);

function signIn(body: string | Buffer, type: string | null = JSON_TYPE, chunked?: number) {
  const headers: [string, string][] = [["Origin", app.url], ...(type === null ? [] : [["Content-Type", type] as [string, string]])];
  return app.ask({ method: "POST", path: "/api/auth/signin", headers, body, ...(chunked && { chunked }) });
}

/** The right e-mail and password, so that whatever is let through shows as a 200. */
const good = () => `"email": ${JSON.stringify(victim.email)}, "password": ${JSON.stringify(PASSWORD)}`;

describe("what is not the JSON that is asked for is 400", () => {
  const inside: [string, () => string | Buffer][] = [
    ["nothing", () => ""],
    ["a space", () => " "],
    ["null", () => "null"],
    ["a list", () => `[{${good()}}]`],
    ["a number", () => "1"],
    ["cut off", () => `{${good()}`],
    ["two of them", () => `{${good()}}{${good()}}`],
    ["a comment", () => `{${good()} /* hello */}`],
    ["a comma too many", () => `{${good()},}`],
    ["single quotes", () => `{${good()}}`.replaceAll('"', "'")],
    ["NaN", () => `{${good()}, "remember": NaN}`],
    ["an unknown key", () => `{${good()}, "role": "ADMIN"}`],
    ["constructor", () => `{${good()}, "constructor": {"prototype": {"admin": true}}}`],
    ["__proto__", () => `{${good()}, "__proto__": {"remember": true}}`],
    ["__proto__, escaped", () => `{${good()}, "\\u005f_proto__": {"remember": true}}`],
    ["toString", () => `{${good()}, "toString": "x"}`],
    ["a key twice", () => `{${good()}, "password": ${JSON.stringify(PASSWORD)}}`],
    ["a key twice, once escaped", () => `{${good()}, "p\\u0061ssword": ${JSON.stringify(PASSWORD)}}`],
    ["a key twice, deep", () => `{${good()}, "device": {"a": 1, "a": 1}}`],
    ["e-mail as a list", () => `{"email": [${JSON.stringify(victim.email)}], "password": "x"}`],
    ["e-mail as an object", () => `{"email": {"$ne": null}, "password": "x"}`],
    ["a password that is a number", () => `{"email": ${JSON.stringify(victim.email)}, "password": 12345678901234567890}`],
    ["a truth as text", () => `{${good()}, "remember": "true"}`],
    ["a truth as number", () => `{${good()}, "remember": 1}`],
    ["a NUL in the e-mail", () => `{"email": "a\\u0000@example.com", "password": "x"}`],
    ["a NUL byte", () => `{"email": "a\0@example.com", "password": "x"}`],
    ["half a surrogate pair", () => `{"email": "\\ud800@example.com", "password": "x"}`],
    ["a direction override", () => `{"email": "a\u202E@example.com", "password": "x"}`],
    ["no UTF-8", () => Buffer.concat([Buffer.from(`{${good()}, "x`), Buffer.from([0xff, 0xfe]), Buffer.from('": 1}')])],
    ["an overlong NUL", () => Buffer.concat([Buffer.from(`{${good()}, "x`), Buffer.from([0xc0, 0x80]), Buffer.from('": 1}')])],
    ["UTF-16", () => Buffer.from(`{${good()}}`, "utf16le")],
    ["32 lists too deep", () => `{${good()}, "x": ${"[".repeat(40)}${"]".repeat(40)}}`],
    ["30,000 lists deep", () => "[".repeat(30_000) + "]".repeat(30_000)],
    ["10,000 objects deep", () => '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
    ["an endless number", () => `{${good()}, "x": ${"9".repeat(60_000)}}`],
    ["6,000 keys", () => `{${Array.from({ length: 6_000 }, (_key, index) => `"${index}":0`).join()}}`],
  ];
  test.each(inside)("%s", async (_what, body) => {
    const answer = await signIn(body());
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: "invalid_input" });
  });

  test("a very long or strange password is a wrong one", async () => {
    for (const password of ["p".repeat(4_000), "\\u0000", "\\ud800", "💥".repeat(500)]) {
      const answer = await signIn(`{"email": "nobody@example.com", "password": "${password}"}`);
      expect(JSON.parse(answer.body).code, password.slice(0, 20)).toBe("invalid_credentials");
    }
  });

  test("other routes: values of the wrong type change nothing", async () => {
    const wrong: unknown[] = [];
    const attacks: [string, string, string][] = [
      ["PATCH", "/api/users/me", '{"name": 1}'], ["PATCH", "/api/users/me", '{"name": null}'], ["PATCH", "/api/users/me", '{"name": ["a"]}'], ["PATCH", "/api/users/me", "{}"],
      ["PATCH", "/api/users/me", '{"name": "\\u202Egnp.exe"}'], ["PATCH", "/api/users/me", '{"name": "a\\u0000b"}'], ["PATCH", "/api/users/me", `{"name": "${"x".repeat(101)}"}`],
      ["PATCH", "/api/users/me", '{"name": "a", "email": "b@example.com"}'], ["PATCH", "/api/users/me", '{"name": "a", "role": "ADMIN"}'], ["PATCH", "/api/users/me", '{"__proto__": {"name": "a"}}'],
      ["POST", "/api/auth/logout-all", '{"keepCurrent": "true"}'], ["POST", "/api/auth/logout-all", '{"keepCurrent": 1}'], ["POST", "/api/auth/logout-all", "[]"],
      ["POST", "/api/auth/logout", '{"all": true}'], ["POST", "/api/auth/password", `{"currentPassword": "${PASSWORD}"}`], ["POST", "/api/auth/password", `{"currentPassword": "${PASSWORD}", "newPassword": ["x"]}`],
      ["PATCH", `/api/auth/devices/${victim.deviceId}`, '{"name": 5}'], ["PATCH", `/api/auth/devices/${victim.deviceId}`, "{}"], ["PATCH", `/api/auth/devices/${victim.deviceId}`, `{"name": "${"x".repeat(65)}"}`],
      ["DELETE", `/api/auth/devices/${victim.deviceId}`, '{"force": true}'], ["DELETE", `/api/auth/sessions/${victim.sessionId}`, "nonsense"],
    ];
    for (const [method, path, body] of attacks) {
      const answer = await app.askAs(victim, { method, path, body, headers: [["Content-Type", JSON_TYPE]] });
      if (answer.status !== 400) wrong.push([method, path, body, answer.status]);
    }
    expect(wrong).toEqual([]);
    const me = JSON.parse((await app.askAs(victim, { path: "/api/users/me" })).body);
    expect([me.name, me.role]).toEqual(["Zo Li", "USER"]);
  });
});

describe("other content types are 415", () => {
  test.each([
    "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json5", "application/jsonx", "application/problem+json",
    "application/json, text/plain", "application/json; charset=utf-16", "application/json; charset=latin1", "application/json;boundary=x", "x", "\xff",
  ])("%s", async (type) => {
    const answer = await signIn(`{${good()}}`, type);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 415, code: "unsupported_media" });
  });

  test("and none, with a body", async () => {
    expect((await signIn(`{${good()}}`, null)).status).toBe(415);
  });

  test("what names JSON is taken", async () => {
    for (const type of ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"']) expect((await signIn(`{${good()}}`, type)).status, type).toBe(200);
  });
});

describe("a body over 64 KiB is 413", () => {
  const padded = (size: number) => `{${good()}}`.padEnd(size, " ");

  test("the last byte counts, with a length and without", async () => {
    expect((await signIn(padded(65_536))).status).toBe(200);
    expect((await signIn(padded(65_536), JSON_TYPE, 4_096)).status).toBe(200);
    expect((await signIn(padded(65_537))).status).toBe(413);
    expect((await signIn(padded(65_537), JSON_TYPE, 4_096)).status).toBe(413);
  });

  test.each([["12 MB", undefined], ["12 MB in chunks, no length told", 65_536], ["1 MB in chunks of 1 kB", 1_024]])("%s", async (what, chunked) => {
    expect((await signIn(padded(what.startsWith("12") ? 12_000_000 : 1_000_000), JSON_TYPE, chunked)).status).toBe(413);
  });

  test("on every route that takes one, and the server lives on", async () => {
    const owner = await app.victim();
    for (const [method, path] of [["POST", "/api/auth/signup"], ["PATCH", "/api/users/me"], ["POST", "/api/auth/password"], ["POST", "/api/auth/logout-all"], ["PATCH", `/api/auth/devices/${victim.deviceId}`]] as const) {
      const answer = await app.askAs(owner, { method, path, body: padded(70_000), headers: [["Content-Type", JSON_TYPE]] });
      expect(answer.status, path).toBe(413);
    }
    expect((await app.askAs(owner, { path: "/api/auth/session" })).status).toBe(200);
  });
});
