import { beforeAll, describe, expect, test } from "vitest";
import { paths } from "@/app/api/openapi.json/paths";
import * as document from "@/app/api/openapi.json/route";
import { newId } from "@/lib/core/ids";
import type { Operation } from "@/lib/web/operation";
import { METHODS } from "@/lib/web/route";
import { query } from "@/scripts/servers/query";
import { buildApp } from "@/scripts/steps/build-app";
import { type Answer, type HttpClient, httpClient, PASSWORD, signedIn, signedUp } from "@/tests/integration/api/http-client";
import { multipart } from "@/tests/integration/web/page-form";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { builtActions, filledIn, findEntrances } from "./entrances";
import { actions, calls, filled, type Level, type Person, sent } from "./levels";

const REFUSED = "Your role needs a second step. Set one up under Security first.";
const names = (level: string, of: Record<string, Level>) => Object.entries(of).filter(([, one]) => one.startsWith(level)).map(([name]) => name);
const proofs = (of: Record<string, Level>) => Object.entries(of).filter(([, one]) => one.endsWith("+ proof")).map(([name]) => name);

let app: TestApp;
let database: string;
let built: ReturnType<typeof builtActions>;
/** An account that was there when the app started. */
let before: string;

beforeAll(async () => {
  database = await newDatabase();
  before = await withPasskey();
  app = await startApp({ env: { DATABASE_URL: database, REDIS_URL: (await startTestRedis()).url, REQUIRE_SECOND_FACTOR: "GUARDED,SUPPORT", NATIVE_REDIRECTS: "http://127.0.0.1/callback" } });
  built = builtActions(await buildApp());
}, 300_000);

async function withPasskey(): Promise<string> {
  const id = newId();
  await query(database, "insert into users (id, email, email_key, name, role) values ($1, 'before@example.org', 'before@example.org', 'Before', 'SUPPORT')", [id]);
  await query(database, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) values (gen_random_uuid(), $1, 'before', 'key', 0, false, 'Key', 0)", [id]);
  return id;
}

async function person(role = "USER"): Promise<Person> {
  const { email, answer } = await signedUp(app.url);
  const id = answer.body.user.id as string;
  await query(database, "update users set role = $2 where id = $1", [id, role]);
  const { client, answer: second } = await signedIn(app.url, email);
  return { client, email, id, sessions: [answer.body.session.id, second.body.session.id] };
}

/** An authenticator app stands in the account; nobody has it. */
async function protect(userId: string): Promise<void> {
  await query(database, "insert into totp_factors (id, user_id, secret, ways, number, confirmed_at) values (gen_random_uuid(), $1, 'sealed', 0, 0, now())", [userId]);
}

/** As the browser's scripts call it. */
function act({ client }: Person, name: string, fields: Record<string, string>): Promise<Answer> {
  const action = built.get(name);
  if (!action) throw new Error("the build does not have it: no page reaches it");
  const { type, body } = multipart([...Object.entries(fields).map(([field, value]) => [`_1_${field}`, value] as const), ["0", '[{"status":"idle"},"$K1"]']]);
  return client.send("POST", action.path, body, { "next-action": action.id, "content-type": type, accept: "text/x-component" });
}

const leadsTo = ({ status, text }: Answer) => /"status":"leaving","to":"(\/[\w/-]*)/.exec(text)?.[1] ?? /"status":"(?:failed","code":"\w+|ok)"/.exec(text)?.[0] ?? `${status} ${text.slice(0, 300)}`;

describe("every operation is listed", () => {
  test("of the interface, with what it asks for", () => {
    const found = Object.entries({ ...paths, "/api/openapi.json": document }).flatMap(([path, handlers]) =>
      METHODS.flatMap((method) => {
        const operation = (handlers as unknown as Partial<Record<string, { operation?: Operation }>>)[method]?.operation;
        return operation ? [[`${method} ${path}`, operation] as const] : [];
      }),
    );
    expect(found.map(([name]) => name).toSorted()).toEqual(Object.keys(calls).toSorted());
    // What they say of themselves, and what the published contract says.
    for (const [name, { session, setUp, permission, errors = [], endpoint }] of found) {
      const level = calls[name] as Level;
      expect(session, name).toBe(level !== "nothing");
      if (endpoint) expect([permission !== undefined, setUp === true], name).toEqual([level.startsWith("permission"), level.startsWith("set up")]);
      if (session && !name.endsWith("/proof") && !name.endsWith("/proof/code")) expect(errors.includes("proof_required"), name).toBe(level.endsWith("+ proof"));
    }
  });

  test("and every action of a form", () => {
    expect(findEntrances().actions.toSorted()).toEqual(Object.keys(actions).toSorted());
    expect([Object.keys(sent).toSorted(), Object.keys(filled).toSorted()]).toEqual([proofs(calls).toSorted(), proofs(actions).map((name) => name.split(" ")[1]).toSorted()]);
  });
});

/** Everything that those operations could change. */
async function everything(): Promise<unknown> {
  const of = (statement: string) => query(database, statement);
  return Promise.all([
    of("select id, email, password_hash, role, disabled_at, ways, cuts, approve_new_devices, deletion_due_at from users order by id"),
    of("select id, user_id from recovery_codes order by id"),
    of("select id, user_id, confirmed_at from totp_factors order by id"),
    of("select id, user_id from passkeys order by id"),
    of("select name, permissions from roles order by name"),
    of("select id, ended_at from sessions order by id"),
    of("select hash from authorization_codes order by hash"),
    of("select id, kind, email from attempts order by id"),
    of("select id, kind from outgoing_mails order by id"),
    of("select id from exports order by id"),
  ]);
}

describe("what asks for a step-up changes nothing without one", () => {
  let owner: Person;
  let thief: Person;
  let victim: Person;
  let passkey: string;

  beforeAll(async () => {
    victim = await person();
    await protect(victim.id);
    owner = await person("ADMIN");
    // With a second step on, the password is not changed by the password alone; the step-up of the sign-in stays good.
    await protect(owner.id);
    [passkey] = (await query<{ id: string }>(database, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) values (gen_random_uuid(), $1, 'of the owner', 'key', 0, false, 'Key', 0) returning id", [owner.id])).map(({ id }) => id) as [string];
    await query(database, "update users set approve_new_devices = true where id = $1", [owner.id]);
    const jar = new Map([...owner.client.jar].filter(([name]) => name === "latchkey"));
    expect([jar.size, owner.client.jar.has("latchkey-proof")]).toEqual([1, true]);
    thief = { ...owner, client: withJar(jar) };
  });

  function withJar(jar: Map<string, string>): HttpClient {
    const client = httpClient(app.url);
    for (const [name, value] of jar) client.jar.set(name, value);
    return client;
  }

  test("not for whoever copied the session's cookie while its owner has just proven who they are", async () => {
    expect((await owner.client.send("GET", "/api/auth/proof")).body).toMatchObject({ ways: ["totp", "passkey"], provenUntil: expect.any(String) });
    expect((await thief.client.send("GET", "/api/auth/proof")).body).toMatchObject({ provenUntil: null });
    expect((await thief.client.send("GET", "/api/admin/users")).status).toBe(200);
    const before = await everything();
    for (const call of proofs(calls)) {
      // Without mail there is no such call; change-of-address.test.ts asks it where there is.
      if (call === "POST /api/auth/email") continue;
      const [method = "", path = ""] = call.split(" ");
      const { path: to = path, body } = sent[call]?.(victim, passkey) ?? {};
      for (const secret of [undefined, "x".repeat(43)]) {
        if (secret) thief.client.jar.set("latchkey-proof", secret);
        const answer = await thief.client.send(method, to, body);
        expect([answer.status, answer.body], call).toEqual([403, expect.objectContaining({ code: "proof_required", ways: ["totp", "passkey"] })]);
        thief.client.jar.delete("latchkey-proof");
      }
    }
    for (const action of proofs(actions)) {
      if (action.endsWith("changeEmailAction")) continue;
      const fields = filled[action.split(" ")[1] as string]?.(victim, passkey) ?? {};
      const answer = await act(thief, action, fields);
      expect(leadsTo(answer), action).toBe("/confirm");
      expect(answer.cookies.join(), action).toMatch(/latchkey-typed=/);
      thief.client.jar.delete("latchkey-typed");
    }
    expect(await everything()).toEqual(before);
  });

  test("but for its owner it does", async () => {
    for (const call of proofs(calls).filter((name) => name.includes("/api/admin/") || name.endsWith("/password") || name.endsWith("/preferences"))) {
      const [method = "", path = ""] = call.split(" ");
      const { path: to = path, body } = sent[call]?.(victim, passkey) ?? {};
      const answer = await owner.client.send(method, to, body);
      expect([200, 201, 202, 204], `${call} ${answer.text}`).toContain(answer.status);
    }
  });
});

describe("whose role needs a second step, and who has none, can set one up and nothing else", () => {
  let guarded: Person;

  beforeAll(async () => {
    await query(database, "insert into roles (name, permissions) values ('GUARDED', (select permissions from roles where name = 'ADMIN'))");
    guarded = await person("GUARDED");
  });

  const send = (call: string) => {
    const [method = "", path = ""] = call.split(" ");
    // A stream that is let in never ends: HEAD is the same question.
    const isStream = method === "GET" && /\/auth\/(attempt\/)?events$/.test(path);
    return guarded.client.send(isStream ? "HEAD" : method, filledIn(path.replaceAll("{", "[").replaceAll("}", "]")), method === "GET" ? undefined : "{}", { "content-type": "application/json" });
  };
  const closed = [...names("session", calls), ...names("permission", calls)];

  test("in the interface", async () => {
    for (const call of closed) {
      const answer = await send(call);
      // The stream is refused before it says why.
      if (call === "GET /api/admin/live") expect(answer.status).toBe(403);
      else expect([answer.status, answer.body], call).toEqual([403, expect.objectContaining({ code: "forbidden", detail: REFUSED })]);
    }
    for (const call of names("set up", calls).filter((name) => !name.endsWith("/logout"))) expect((await send(call)).body?.detail, call).not.toBe(REFUSED);
    expect((await send("GET /api/auth/session")).status).toBe(200);
    expect((await send("GET /api/auth/events")).status).toBe(200);
  });

  test("on the pages and by their forms", async () => {
    for (const page of ["/devices", "/activity", "/profile", "/leave", "/admin", "/admin/devices", "/admin/users", "/admin/users/roles", "/admin/audit", "/admin/insights", `/admin/users/${guarded.id}`, "/admin/devices/end?q=a"]) {
      const { status, headers } = await guarded.client.send("GET", page);
      expect([status, headers.get("location")], page).toEqual([307, "/security"]);
    }
    for (const page of ["/security", "/confirm", "/continue"]) expect((await guarded.client.send("GET", page)).status, page).toBe(200);
    for (const action of [...names("session", actions), ...names("permission", actions)]) expect(leadsTo(await act(guarded, action, {})), action).toBe("/security");
    for (const action of names("set up", actions)) expect(leadsTo(await act(guarded, action, {})), action).not.toBe("/security");
    expect((await guarded.client.send("GET", "/admin/audit/export?format=csv")).status).toBe(404);
  });

  test("until it is set up; and then the session cannot do without it", async () => {
    await protect(guarded.id);
    for (const call of closed.filter((name) => name.startsWith("GET") && !name.endsWith("/live"))) expect((await send(call)).status, call).not.toBe(403);
    expect((await guarded.client.send("GET", "/admin/users")).status).toBe(200);
    const again = await httpClient(app.url).send("POST", "/api/auth/signin", { email: guarded.email, password: PASSWORD });
    expect([again.status, again.body.attempt?.ways]).toEqual([202, ["totp"]]);
  });

  test("a passkey alone is a second step there, whatever its owner chose", async () => {
    const other = await person("GUARDED");
    await query(database, "insert into passkeys (id, user_id, credential_id, public_key, counter, synced, name, number) values (gen_random_uuid(), $1, 'credential', 'key', 0, false, 'Key', 0)", [other.id]);
    const signIn = () => httpClient(app.url).send("POST", "/api/auth/signin", { email: other.email, password: PASSWORD });
    expect((await signIn()).body.attempt?.ways).toEqual(["passkey"]);
    expect((await other.client.send("GET", "/api/auth/proof")).body.ways).toEqual(["passkey"]);
    expect((await other.client.send("PATCH", "/api/auth/preferences", { secondStep: false })).body).toMatchObject({ code: "conflict", detail: "Your role needs a second step: it stays on." });
    await query(database, "update users set role = 'USER' where id = $1", [other.id]);
    expect((await signIn()).status).toBe(200);
  });

  test("since when it needs one is noted at the start", async () => {
    await expect.poll(() => query(database, "select ways, second_step_since from users where id = $1", [before])).toEqual([{ ways: 1, second_step_since: 1 }]);
  });

  test("a name that is no role is said at the start", async () => {
    // It was made after it.
    await expect.poll(() => app.output()).toContain("REQUIRE_SECOND_FACTOR names what is no role");
    expect(app.output().split("\n").find((line) => line.includes("names what is no role"))).toContain('"names":["GUARDED"]');
  });
});
