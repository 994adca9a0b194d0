import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { signedInSchema } from "@/lib/auth/schema";
import { sharedApp } from "@/tests/support/shared-app";
import { httpClient, PASSWORD, signedIn, signedUp } from "./http-client";

let origin: string;

beforeAll(async () => {
  origin = (await sharedApp()).app.url;
}, 300_000);

/** A user as sign-up told of them; their first picture may have come since. */
function soon<T extends object>(user: T): T {
  return { ...user, image: expect.toSatisfy((image) => image === null || image.small.startsWith("/api/avatars/")) };
}

describe("accounts over HTTP", () => {
  test("sign-up answers 201, exactly the contract's shape, and signs in", async () => {
    const { client, email, answer } = await signedUp(origin);
    expect(signedInSchema.parse(answer.body)).toEqual(answer.body);
    expect(answer.body.user).toMatchObject({ email, name: "Zo Li", image: null, role: "USER", emailVerified: false });
    expect(answer.body.session).toMatchObject({ current: true, client: "browser", device: { name: "Firefox on Linux", current: true, active: true }, ip: { address: "127.0.0.1" } });
    expect(answer.headers.get("cache-control")).toBe("private, no-store");
    const session = answer.cookies.find((cookie) => cookie.startsWith("latchkey="));
    expect(session).toMatch(/; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax$/);
    expect(answer.cookies.find((cookie) => cookie.startsWith("latchkey-device="))).toMatch(/; Max-Age=34560000; HttpOnly/);
    expect((await client.send("GET", "/api/auth/session")).body).toMatchObject({ user: soon(answer.body.user), session: { id: answer.body.session.id } });
    expect((await client.send("GET", "/api/users/me")).body).toEqual(soon(answer.body.user));
    expect((await client.send("POST", "/api/auth/refresh")).body).toMatchObject({ session: { id: answer.body.session.id } });
  });

  test("'remember' is a longer cookie", async () => {
    const { email } = await signedUp(origin);
    const { cookies } = await httpClient(origin).send("POST", "/api/auth/signin", { email, password: PASSWORD, remember: true });
    expect(cookies.find((cookie) => cookie.startsWith("latchkey="))).toContain("Max-Age=2592000");
  });

  test("a taken address is 409, and sign-in tells known from unknown by nothing", async () => {
    const { email } = await signedUp(origin);
    expect(await httpClient(origin).send("POST", "/api/auth/signup", { email: email.toUpperCase(), password: PASSWORD, name: "Zo" })).toMatchObject({ status: 409, body: { code: "conflict" } });
    const known = await httpClient(origin).send("POST", "/api/auth/signin", { email, password: "wrong" });
    const unknown = await httpClient(origin).send("POST", "/api/auth/signin", { email: `nobody-${newId()}@example.com`, password: "wrong" });
    const seen = ({ status, text, headers }: typeof known) => ({ status, text, headers: [...headers].filter(([name]) => name !== "x-request-id" && name !== "date") });
    expect(known.status).toBe(401);
    expect(known.body).toMatchObject({ status: 401, code: "invalid_credentials" });
    expect(seen(known)).toEqual(seen(unknown));
    expect(known.cookies).toEqual([]);
  });

  test("ten failures, then 429 with Retry-After, the right password too; a known device goes on", async () => {
    const { client, email } = await signedUp(origin);
    const stranger = httpClient(origin);
    const statuses = await Promise.all(Array.from({ length: 30 }, async () => (await stranger.send("POST", "/api/auth/signin", { email, password: "wrong" })).status));
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const refused = await stranger.send("POST", "/api/auth/signin", { email, password: PASSWORD });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
    expect((await client.send("POST", "/api/auth/signin", { email, password: PASSWORD })).status).toBe(200);
  });

  test("signing in with a live cookie ends that session, on the same device", async () => {
    const { client, email, answer } = await signedUp(origin);
    const again = await client.send("POST", "/api/auth/signin", { email, password: PASSWORD });
    expect(again.body.session.device.id).toBe(answer.body.session.device.id);
    const list = await client.send("GET", "/api/auth/sessions?ended=true");
    expect(list.body.items.map((session: any) => [session.id, session.current, session.endReason])).toEqual([
      [again.body.session.id, true, null],
      [answer.body.session.id, false, "signed_out"],
    ]);
  });

  test("sign-out ends the session for good and takes the cookie back", async () => {
    const { client } = await signedUp(origin);
    const stolen = new Map(client.jar);
    const out = await client.send("POST", "/api/auth/logout");
    expect(out.status).toBe(204);
    expect(client.jar.has("latchkey")).toBe(false);
    const thief = httpClient(origin);
    for (const [name, value] of stolen) thief.jar.set(name, value);
    expect(await thief.send("GET", "/api/auth/session")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect((await thief.send("POST", "/api/auth/logout")).status).toBe(401);
  });

  test("a session of another device is ended by its id, again and again; sign-out everywhere else counts", async () => {
    const { client, email } = await signedUp(origin);
    const [other, third] = [await signedIn(origin, email), await signedIn(origin, email)];
    const path = `/api/auth/sessions/${other.answer.body.session.id}`;
    expect((await client.send("DELETE", path)).status).toBe(204);
    expect((await client.send("DELETE", path)).status).toBe(204);
    expect((await other.client.send("GET", "/api/users/me")).status).toBe(401);
    expect((await client.send("POST", "/api/auth/logout-all", { keepCurrent: true })).body).toEqual({ ended: 1 });
    expect((await third.client.send("GET", "/api/users/me")).status).toBe(401);
    expect((await client.send("DELETE", "/api/auth/sessions?keepCurrent=true")).body).toEqual({ ended: 0 });
    expect((await client.send("DELETE", "/api/auth/sessions")).body).toEqual({ ended: 1 });
    expect((await client.send("GET", "/api/users/me")).status).toBe(401);
  });

  test("devices are listed, named, forgotten; addresses are listed", async () => {
    const { client, email } = await signedUp(origin);
    const other = await signedIn(origin, email);
    const id = other.answer.body.session.device.id as string;
    expect((await client.send("PATCH", `/api/auth/devices/${id}`, { name: "  Kitchen " })).body).toMatchObject({ id, name: "Kitchen", named: true, current: false, active: true });
    const listed = await client.send("GET", "/api/auth/devices");
    expect(listed.body.items.map((device: any) => device.name).sort()).toEqual(["Firefox on Linux", "Kitchen"]);
    expect((await client.send("DELETE", `/api/auth/devices/${id}`)).status).toBe(204);
    expect((await other.client.send("GET", "/api/auth/session")).status).toBe(401);
    expect((await client.send("GET", "/api/auth/devices")).body.items).toHaveLength(1);
    expect((await client.send("GET", "/api/auth/ips")).body).toMatchObject({ items: [{ address: "127.0.0.1", active: true }], nextCursor: null });
  });

  test("what belongs to someone else, does not exist or is no id at all answers alike", async () => {
    const [{ client }, { answer }] = [await signedUp(origin), await signedUp(origin)];
    const { session } = answer.body;
    const answers = [];
    for (const id of [session.id, newId(), "x", "..%2f..", session.id.toUpperCase()]) answers.push(await client.send("DELETE", `/api/auth/sessions/${id}`));
    for (const id of [session.device.id, newId(), "x"]) answers.push(await client.send("DELETE", `/api/auth/devices/${id}`), await client.send("PATCH", `/api/auth/devices/${id}`, { name: "x" }));
    for (const id of [newId(), "x"]) answers.push(await client.send("GET", `/api/users/${id}`));
    expect(answers[0]).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const given of answers) expect([given.status, given.text], given.path).toEqual([404, answers[0]?.text]);
  });

  test("profile, public profile and activity", async () => {
    const { client, answer } = await signedUp(origin);
    const { id } = answer.body.user;
    expect((await client.send("PATCH", "/api/users/me", { name: "Zoë" })).body).toEqual(soon({ ...answer.body.user, name: "Zoë" }));
    expect((await client.send("GET", "/api/users/me")).body.name).toBe("Zoë");
    expect((await (await signedUp(origin)).client.send("GET", `/api/users/${id}`)).body).toEqual(soon({ id, name: "Zoë", image: null }));
    const activity = await client.send("GET", "/api/auth/activity?limit=2");
    expect(activity.body.items.map((event: any) => event.type)).toEqual(["profile.changed", "sign_in.succeeded"]);
    const rest = await client.send("GET", `/api/auth/activity?cursor=${activity.body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ type: "account.created" }], nextCursor: null });
  });

  test("a new password ends the others; a wrong current one is 401 and signs nobody out", async () => {
    const { client, email } = await signedUp(origin);
    const other = await signedIn(origin, email);
    const wrong = await client.send("POST", "/api/auth/password", { currentPassword: "wrong", newPassword: "eleven green ladders" });
    expect(wrong).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    expect((await client.send("POST", "/api/auth/password", { currentPassword: PASSWORD, newPassword: "short" })).body).toMatchObject({ code: "invalid_input", errors: [{ path: "newPassword" }] });
    expect((await client.send("POST", "/api/auth/password", { currentPassword: PASSWORD, newPassword: "eleven green ladders" })).status).toBe(204);
    expect((await client.send("GET", "/api/users/me")).status).toBe(200);
    expect((await other.client.send("GET", "/api/users/me")).status).toBe(401);
  });
});

describe("bad input over HTTP", () => {
  test.each([
    ["an unknown key", { email: "a@example.com", password: PASSWORD, name: "A", role: "ADMIN" }],
    ["a client of another kind", { email: "a@example.com", password: PASSWORD, name: "A", client: "toaster" }],
    ["a device that says too much", { email: "a@example.com", password: PASSWORD, name: "A", client: "native", device: { kind: "desktop" } }],
    ["a name with a direction override", { email: "a@example.com", password: PASSWORD, name: "\u202Egnp" }],
    ["a NUL in the e-mail address", { email: "a\0@example.com", password: PASSWORD, name: "A" }],
    ["no name", { email: "a@example.com", password: PASSWORD }],
    ["an array", []],
    ["null", null],
    ["a text", "hello"],
    ["broken JSON", '{"email": '],
    ["a weak password", { email: "a@example.com", password: "aaaaaaaaaaaaaaaaaa", name: "A" }],
  ])("%s is 400", async (_what, body) => {
    const answer = await httpClient(origin).send("POST", "/api/auth/signup", body === "hello" ? '"hello"' : body);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_input", status: 400, title: expect.any(String), detail: expect.any(String), errors: expect.any(Array) } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  test("another content type is 415, a large body 413, a foreign origin 403", async () => {
    const body = JSON.stringify({ email: "a@example.com", password: PASSWORD });
    expect((await httpClient(origin).send("POST", "/api/auth/signin", body, { "content-type": "text/plain" })).status).toBe(415);
    expect((await httpClient(origin).send("POST", "/api/auth/signin", JSON.stringify({ email: "x".repeat(70_000) }))).status).toBe(413);
    for (const foreign of ["https://evil.example", "null"]) {
      expect(await httpClient(origin).send("POST", "/api/auth/signin", body, { origin: foreign })).toMatchObject({ status: 403, body: { code: "cross_origin" } });
    }
  });

  test("limits, cursors and types that are none are 400, not clamped", async () => {
    const { client } = await signedUp(origin);
    for (const path of ["sessions?limit=0", "sessions?limit=101", "sessions?ended=maybe", "sessions?cursor=x", "devices?limit=x", "devices?cursor=%00", "ips?cursor=e30", "activity?type=all", "activity?limit=5&limit=6", "activity?q=x"]) {
      expect(await client.send("GET", `/api/auth/${path}`), path).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    }
  });

  test("a cursor is taken as it was given: changed in any way, or of a year that is none, it is 400", async () => {
    const { client, email } = await signedUp(origin);
    await signedIn(origin, email);
    for (const list of ["sessions", "devices", "activity"]) {
      const { nextCursor } = (await client.send("GET", `/api/auth/${list}?limit=1`)).body;
      expect((await client.send("GET", `/api/auth/${list}?cursor=${nextCursor}`)).status).toBe(200);
      for (const changed of [`${nextCursor}!`, `${nextCursor}A`, `${nextCursor}=`, `A${nextCursor}`, nextCursor.slice(0, -1), nextCursor.slice(1)]) {
        expect(await client.send("GET", `/api/auth/${list}?cursor=${changed}`), changed).toMatchObject({ status: 400, body: { code: "invalid_input" } });
      }
    }
    const forged = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString("base64url");
    for (const at of ["0000-01-01T00:00:00.000Z", `2026-01-01T00:00:00.${"1".repeat(200)}Z`]) {
      for (const path of [`sessions?ended=true&cursor=${forged(["ended", at, newId()])}`, `sessions?cursor=${forged(["live", at, []])}`, `devices?cursor=${forged([at, newId()])}`, `ips?cursor=${forged([at, newId()])}`]) {
        expect(await client.send("GET", `/api/auth/${path}`), path).toMatchObject({ status: 400, body: { code: "invalid_input" } });
      }
    }
  });

  test("page by page each session comes once", async () => {
    const { client, email } = await signedUp(origin);
    for (let i = 0; i < 4; i++) await signedIn(origin, email);
    const all = (await client.send("GET", "/api/auth/sessions")).body.items.map(({ id }: { id: string }) => id);
    for (let round = 0; round < 10; round++) {
      const walked: string[] = [];
      for (let query = "?limit=1"; query; ) {
        const { items, nextCursor } = (await client.send("GET", `/api/auth/sessions${query}`)).body;
        walked.push(...items.map(({ id }: { id: string }) => id));
        query = nextCursor ? `?limit=1&cursor=${nextCursor}` : "";
      }
      expect(walked.toSorted()).toEqual(all.toSorted());
    }
  });

  test("whoever forgets the device in hand is signed out there", async () => {
    const { client, answer } = await signedUp(origin);
    const gone = await client.send("DELETE", `/api/auth/devices/${answer.body.session.device.id}`);
    expect(gone.status).toBe(204);
    expect(gone.cookies.at(-1)).toMatch(/^latchkey=; .*Max-Age=0/);
    expect(client.jar.has("latchkey")).toBe(false);
  });

  test("a field that is not known is named", async () => {
    const refused = await httpClient(origin).send("POST", "/api/auth/signin", { email: "a@example.com", password: PASSWORD, admin: true, device: { serial: 1 } });
    expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(["admin", "device.serial"]);
  });

  test("without a session everything signed-in is 401", async () => {
    const visitor = httpClient(origin);
    for (const [method, path] of [["GET", "auth/session"], ["GET", "auth/sessions"], ["DELETE", "auth/sessions"], ["GET", "auth/devices"], ["GET", "auth/ips"], ["GET", "auth/activity"], ["POST", "auth/logout"], ["POST", "auth/logout-all"], ["POST", "auth/refresh"], ["POST", "auth/password"], ["GET", "users/me"], ["PATCH", "users/me"], ["GET", `users/${newId()}`]] as const) {
      expect(await visitor.send(method, `/api/${path}`), path).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    }
  });

  test("what is not there is 404, a wrong method 405, both problem+json", async () => {
    const visitor = httpClient(origin);
    for (const path of ["/api/nothing", "/api/auth/nothing/at/all", "/api", "/api/auth"]) {
      for (const method of ["GET", "POST", "DELETE"]) expect(await visitor.send(method, path), `${method} ${path}`).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
    for (const [method, path, allow] of [["GET", "auth/signin", "POST, OPTIONS"], ["PUT", "auth/sessions", "GET, DELETE, HEAD, OPTIONS"], ["POST", "users/me", "GET, PATCH, HEAD, OPTIONS"], ["POST", "auth/session", "GET, HEAD, OPTIONS"]] as const) {
      const answer = await visitor.send(method, `/api/${path}`);
      expect(answer, path).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
      expect(answer.headers.get("allow")).toBe(allow);
    }
  });
});
