import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as route from "@/app/api/openapi.json/route";
import { paths } from "@/app/api/openapi.json/paths";
import { errorTable } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { problemSchema } from "@/lib/core/problem";
import { checkSettings } from "@/lib/platform/env";
import { errorsOf } from "@/lib/web/operation";
import { openApiDocument } from "@/lib/web/openapi/document";
import { METHODS } from "@/lib/web/route";
import { query } from "@/scripts/servers/query";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { testSettings } from "@/tests/support/test-settings";
import { httpClient, PASSWORD, signedUp } from "./http-client";

type Operation = { operationId: string; security: object[]; responses: Record<string, { content?: Record<string, { schema: any }> }>; parameters?: { name: string; in: string }[]; requestBody?: { content: Record<string, { schema: any }> } };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, any> } };

const all = { ...paths, "/api/openapi.json": route };
let document: Document;

beforeAll(() => {
  const { settings } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://localhost/x", REDIS_URL: "redis://localhost" });
  document = openApiDocument(settings as NonNullable<typeof settings>, all) as Document;
});

/** Each operation of the document. */
function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })));
}

describe("the document", () => {
  test("has every route that there is, with exactly the methods that it has", () => {
    const files = readdirSync(join("app", "api"), { recursive: true, encoding: "utf8" }).filter((file) => /route\.tsx?$/.test(file));
    const found = files.map((file) => `/api/${dirname(file).replaceAll("[", "{").replaceAll("]", "}")}`).filter((path) => path !== "/api/{{...path}}");
    expect(Object.keys(document.paths).sort()).toEqual(found.sort());
    for (const [path, handlers] of Object.entries(all)) {
      const methods = METHODS.filter((method) => handlers[method]?.operation).map((method) => method.toLowerCase());
      expect(methods.length, path).toBeGreaterThan(0);
      expect(Object.keys(document.paths[path] ?? {}).sort(), path).toEqual(methods.sort());
    }
  });

  test("names every failure of every operation, and every code that there is", () => {
    for (const { path, method, operation } of operations()) {
      const spec = (all as Record<string, any>)[path][method].operation;
      for (const code of errorsOf(spec, method)) {
        const response = operation.responses[errorTable[code].status];
        expect(JSON.stringify(response?.content?.["application/problem+json"]), `${method} ${path} ${code}`).toContain(`"${code}"`);
      }
    }
    expect(document.components.schemas.Problem.properties.code.enum.sort()).toEqual(Object.keys(errorTable).sort());
  });

  test("names what an operation answers besides: where it leads, a file, more that is asked; and of one that always leads on nothing else", () => {
    const of = (path: string, method: string) => document.paths[path]?.[method]?.responses ?? {};
    expect(Object.keys(of("/api/auth/providers/{name}/start", "post"))).toEqual(expect.arrayContaining(["200", "303"]));
    expect(Object.keys(of("/api/auth/providers/{name}/callback", "get"))).toEqual(["303"]);
    expect(Object.keys(of("/api/admin/insights", "get")[200]?.content ?? {})).toEqual(["application/json", "text/csv"]);
    for (const path of ["attempt/prove", "verify-email"]) expect(Object.keys(of(`/api/auth/${path}`, "post")), path).toEqual(expect.arrayContaining(["200", "201", "202"]));
  });

  test("says what may be sent, as what, and whether it must be", () => {
    const of = (path: string, method: string) => document.paths[path]?.[method]?.requestBody as { required: boolean; content: Record<string, { schema: any }> };
    expect(of("/api/users/me/avatar", "post")).toMatchObject({
      required: true,
      content: {
        "multipart/form-data": { schema: { properties: { file: { type: "string", format: "binary" } }, required: ["file"] } },
        "application/json": { schema: { properties: { source: { const: "gravatar" } }, required: ["source"] } },
      },
    });
    expect([of("/api/auth/signin", "post").required, of("/api/auth/refresh", "post").required, of("/api/auth/logout-all", "post").required]).toEqual([true, false, false]);
  });

  test("refers to nothing that it does not have, and every operation has a name of its own", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference as string);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) expect(document.components.schemas).toHaveProperty(reference.replace("#/components/schemas/", ""));
    for (const name of ["User", "PublicUser", "Session", "Device", "Ip", "Event", "Tokens", "Problem"]) expect(document.components.schemas, name).toHaveProperty(name);
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect(inPath, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });
});

describe("the app answers as the document says", () => {
  let origin: string;
  let databaseUrl: string;
  const isStream = (path: string) => path === "/api/auth/events" || path === "/api/admin/live";

  beforeAll(async () => {
    const redis = await startTestRedis();
    databaseUrl = await newDatabase();
    origin = (await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, MAX_CONCURRENT_SESSIONS: "100" } })).url;
  }, 300_000);

  test("and publishes it", async () => {
    const answer = await httpClient(origin).send("GET", "/api/openapi.json");
    expect(answer.status).toBe(200);
    expect(answer.body.openapi).toBe("3.1.0");
    expect(answer.body.paths).toEqual(JSON.parse(JSON.stringify(document.paths)));
  });

  /** An answer is one that the document names: its status, and for a failure its code. */
  function expectNamed(operation: Operation, { path, status, body, headers }: Awaited<ReturnType<ReturnType<typeof httpClient>["send"]>>, what: string) {
    const response = operation.responses[status];
    expect(response, `${what} ${path}: ${status} ${JSON.stringify(body)}`).toBeDefined();
    const type = (headers.get("content-type") ?? "").split(";")[0] as string;
    if (type !== "") expect(Object.keys(response?.content ?? {}), `${what} ${path}`).toContain(type);
    if (type !== "application/problem+json") return;
    expect(problemSchema.parse(body).status).toBe(status);
    expect(response?.content?.[type]?.schema.allOf[1].properties.code.enum, `${what} ${path}`).toContain(body.code);
  }

  /** What each operation is sent, if it takes anything. */
  const bodies: Record<string, (email: string) => unknown> = {
    "POST /api/auth/signup": () => ({ email: `walk-${newId()}@example.com`, password: PASSWORD, name: "Walk" }),
    "POST /api/auth/signin": (email) => ({ email, password: PASSWORD }),
    "POST /api/auth/signin/passkey": () => ({ response: {}, challenge: "x" }),
    "POST /api/auth/passkeys/challenge": () => ({ purpose: "sign_in" }),
    "POST /api/auth/passkeys": () => ({ response: {}, challenge: "x" }),
    "PATCH /api/auth/passkeys/{id}": () => ({ name: "Walker" }),
    "POST /api/auth/factors/totp/confirm": () => ({ code: "123456" }),
    "POST /api/auth/attempt/prove": () => ({ method: "email_code", code: "123456" }),
    "POST /api/auth/approvals/{id}": () => ({ digits: "10" }),
    "POST /api/auth/verify-email": (email) => ({ email, otp: "123456" }),
    "POST /api/auth/forgot": (email) => ({ email }),
    "POST /api/auth/reset": () => ({ token: "x", newPassword: "eleven green ladders" }),
    "POST /api/auth/not-me": () => ({ token: "x" }),
    "POST /api/auth/email": () => ({ email: `walk-${newId()}@example.com` }),
    "POST /api/auth/email/undo": () => ({ token: "x" }),
    "POST /api/auth/proof": () => ({ method: "password", password: PASSWORD }),
    "POST /api/auth/password": () => ({ currentPassword: PASSWORD, newPassword: "eleven green ladders" }),
    "POST /api/auth/token": () => ({ code: "x", codeVerifier: "x".repeat(43), redirectUri: "http://127.0.0.1:49152/callback" }),
    "POST /api/auth/providers/{name}/start": () => ({ purpose: "sign_in" }),
    "POST /api/auth/revoke": () => ({ token: "x" }),
    "POST /api/users/me/avatar": () => ({ source: "gravatar" }),
    "POST /api/admin/sessions/end": () => ({ q: "nobody", dryRun: true }),
    "PUT /api/admin/roles/{name}": () => ({ permissions: ["users.read"] }),
    "PATCH /api/admin/users/{id}": () => ({ disabled: false }),
    "PATCH /api/users/me": () => ({ name: "Walker" }),
    "PATCH /api/auth/devices/{id}": () => ({ name: "Walker" }),
  };
  const good = [200, 201, 202, 204];
  /** Nothing is under way or waits here, and there is no mail. */
  const fails: Record<string, number> = {
    ...Object.fromEntries(["GET attempt", "DELETE attempt", "GET attempt/events", "POST attempt/code", "POST attempt/approval", "POST attempt/prove", "POST attempt/link", "POST attempt/keep", "POST verify-email", "POST reset"].map((call) => [call, 410])),
    ...Object.fromEntries(["POST forgot", "POST not-me", "POST email", "POST email/code", "POST email/undo", "POST approvals/{id}", "DELETE approvals/{id}"].map((call) => [call, 404])),
    // They have no passkey, no second step, and nothing is being set up.
    "POST signin/passkey": 401,
    "POST token": 401,
    "POST passkeys": 400,
    "PATCH passkeys/{id}": 404,
    "DELETE passkeys/{id}": 404,
    "DELETE identities/{id}": 404,
    // Nothing was exported, and an administrator deletes no account of their own in this way.
    "GET exports/{id}": 404,
    "DELETE /api/admin/users/{id}": 409,
    "DELETE /api/admin/users/{id}/deletion": 409,
    "POST factors/totp/confirm": 410,
    "POST factors/recovery-codes": 409,
    // There are none, and the browser was sent to none; it leads to a page that says so.
    "POST providers/{name}/start": 404,
    "GET providers/{name}/callback": 303,
    // It is a form.
    "POST providers/{name}/logout": 415,
    // They have a password, and no code is a way.
    "POST proof/code": 403,
  };

  test("to a visitor, a signed-in user, a foreign origin and to nonsense", { timeout: 180_000 }, async () => {
    for (const { path, method, operation } of operations()) {
      const { client, email, answer } = await signedUp(origin);
      if (path.startsWith("/api/admin/")) await query(databaseUrl, "update users set role = 'ADMIN' where id = $1", [answer.body.user.id]);
      const ids: Record<string, string> = { sessions: answer.body.session.id, devices: answer.body.session.device.id, users: answer.body.user.id, approvals: newId(), passkeys: newId(), exports: newId() };
      const real = path.startsWith("/api/avatars/") ? await firstPicture(client) : path.replace("{name}", "HELPDESK").replace("{id}", () => ids[path.split("/{id}")[0]?.split("/").at(-1) as string] as string);
      const body = () => bodies[`${method} ${path}`]?.(email);
      const visitor = await httpClient(origin).send(method, real, body(), isStream(path) ? { connection: "close" } : {});
      expectNamed(operation, visitor, "a visitor");
      if (operation.security.length > 0) expect([visitor.status, visitor.body.code], path).toEqual([401, "unauthenticated"]);
      for (const [what, sent] of Object.entries({ "an unknown key": { nonsense: 1 }, "a list": [1] })) {
        if (method !== "GET") expectNamed(operation, await client.send(method, real, sent), what);
      }
      if (method !== "GET") {
        expectNamed(operation, await client.send(method, real, "{", {}), "broken JSON");
        expectNamed(operation, await client.send(method, real, "x", { "content-type": "text/plain" }), "text");
        expectNamed(operation, await client.send(method, real, JSON.stringify({ a: "x".repeat(70_000) })), "70 kB");
        const foreign = await client.send(method, real, body(), { origin: "https://evil.example" });
        expectNamed(operation, foreign, "a foreign origin");
        expect(foreign.status, path).toBe(403);
      } else if (!isStream(path)) {
        expectNamed(operation, await client.send(method, `${real}?nonsense=1`), "an unknown query");
      }
      if (path.includes("{id}")) expectNamed(operation, await client.send(method, path.replace("{id}", newId()), body()), "an id of nothing");
      const signedIn = await callAs(client, method, real, body());
      expectNamed(operation, signedIn, "a signed-in user");
      const failing = fails[`${method} ${path.replace("/api/auth/", "")}`];
      expect(failing ? [failing] : good, `${method} ${path}: ${signedIn.status} ${signedIn.text}`).toContain(signedIn.status);
    }
  });

  /** Everyone has one soon after signing up. */
  async function firstPicture(client: ReturnType<typeof httpClient>): Promise<string> {
    for (const started = Date.now(); Date.now() - started < 15_000; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const { image } = (await client.send("GET", "/api/users/me")).body;
      if (image !== null) return new URL(image.small, origin).pathname;
    }
    throw new Error("no picture");
  }

  /** The event stream never ends by itself: its head is enough. */
  async function callAs(client: ReturnType<typeof httpClient>, method: string, path: string, body: unknown) {
    if (!isStream(path)) return client.send(method, path, body);
    const answer = await fetch(origin + path, { headers: { cookie: [...client.jar].map(([name, value]) => `${name}=${value}`).join("; ") } });
    await answer.body?.cancel();
    return { path, status: answer.status, headers: answer.headers, cookies: [], body: null, text: "" };
  }
});
