import { beforeAll, expect, test, vi } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { query } from "@/scripts/servers/query";
import { type HttpClient, httpClient, signedUp } from "../api/http-client";

let app: TestApp;
let databaseUrl: string;
let user: { client: HttpClient; id: string };
let admin: { client: HttpClient; id: string };

const eventually = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 10_000, interval: 100 });

async function person(role: string) {
  // A busy machine may shed the first hashes of a process; whoever is told 503 tries again.
  const knock = () => signedUp(app.url);
  const { client, answer } = await knock().catch(knock).catch(knock).catch(knock);
  const { id } = answer.body.user;
  await query(databaseUrl, "update users set role = $2 where id = $1", [id, role]);
  return { client, id };
}

beforeAll(async () => {
  databaseUrl = await newDatabase();
  app = await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url } });
  user = await person("USER");
  admin = await person("ADMIN");
});

/** What the audit log says of it, newest first. */
async function told(type: string): Promise<{ by: string | undefined; user: string | undefined; detail: Record<string, unknown> }[]> {
  const { body } = await admin.client.send("GET", `/api/admin/events?type=${type}`);
  return body.items.map(({ by, user: owner, detail }: any) => ({ by: by?.id, user: owner?.id, detail }));
}

const refused = (what: string, reason: string) => ({ user: undefined, detail: { device: "Firefox on Linux", what, reason } });

test("a call, a page and an export that one may not ask for are events; so is what comes from another site", async () => {
  const { client } = user;
  expect((await client.send("GET", "/api/admin/sessions")).status).toBe(403);
  expect((await client.send("GET", "/admin/audit")).status).toBe(404);
  expect((await client.send("GET", "/admin/audit/export?format=csv")).status).toBe(404);
  expect((await client.send("POST", "/api/auth/logout-all", {}, { origin: "https://evil.example" })).status).toBe(403);
  expect((await httpClient(app.url).send("POST", "/sign-in", "x=1", { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" })).status).toBe(403);
  expect((await client.send("POST", "/sign-out", "", { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" })).status).toBe(403);
  const expected = [
    { by: user.id, ...refused("Sessions of everyone", "forbidden") },
    { by: user.id, ...refused("A page that needs events.read", "forbidden") },
    { by: user.id, ...refused("Export of the audit log", "forbidden") },
    { by: user.id, ...refused("Ends all sessions, or all others", "cross_origin") },
    { by: undefined, ...refused("A form of a page", "cross_origin") },
    { by: undefined, ...refused("A form of a page", "cross_origin") },
  ];
  await eventually(async () => expect(await told("request.refused")).toHaveLength(expected.length));
  const events = await told("request.refused");
  for (const event of expected) expect(events).toContainEqual(event);
  expect((await client.send("GET", "/api/auth/activity?type=request.refused")).body.items, "none of which is about the user's own account").toEqual([]);
});

test("an export of the audit log is an event, with what was asked for", async () => {
  expect((await admin.client.send("GET", "/admin/audit/export?format=jsonl&type=sign_in.succeeded")).status).toBe(200);
  expect(await told("export.made")).toEqual([{ by: admin.id, user: undefined, detail: { what: "audit", format: "jsonl", type: "sign_in.succeeded" } }]);
  expect((await admin.client.send("GET", "/admin/audit")).text).toContain("the audit log, as jsonl");
});

test("the owner sees a wrong current password in their activity", async () => {
  const { client, id } = await person("USER");
  expect((await client.send("POST", "/api/auth/password", { currentPassword: "wrong", newPassword: "eleven green ladders" })).status).toBe(401);
  await eventually(async () => expect((await client.send("GET", "/activity")).text).toContain("Someone typed a wrong current password"));
  expect((await told("request.refused"))[0]).toMatchObject({ user: id, detail: { what: "password", reason: "invalid_credentials" } });
});
