import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { httpClient, signedUp } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestMail } from "@/tests/support/test-mail";
import { startTestRedis } from "@/tests/support/test-redis";

const PATH = "/api/auth/preferences";
const LABEL = "Remind me before I am signed out";

let app: TestApp;
let mailless: TestApp;
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await newDatabase();
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: (await startTestRedis()).url };
  app = await startApp({ env: { ...env, ...(await startTestMail()).env, EMAIL_VERIFICATION: "off" } });
  mailless = await startApp({ env });
}, 300_000);

const preferences = (remindOfEnds: boolean) => ({ approveNewDevices: false, secondStep: false, remindOfEnds });

async function stored(userId: string) {
  const [row] = await query(databaseUrl, "select remind_of_ends from users where id = $1", [userId]);
  const events = await query(databaseUrl, "select detail from events where user_id = $1 and type = 'profile.changed' order by at", [userId]);
  return { on: row?.remind_of_ends, events: events.map(({ detail }) => detail) };
}

test("what is given is changed and all is answered; the change is an event, and what is no change is none", async () => {
  const { client, answer } = await signedUp(app.url);
  const { client: neighbour, answer: other } = await signedUp(app.url);
  expect(await client.send("PATCH", PATH, {})).toMatchObject({ status: 200, body: { remindOfEnds: true } });
  expect((await client.send("PATCH", PATH, { remindOfEnds: false })).body).toEqual(preferences(false));
  expect((await client.send("PATCH", PATH, { remindOfEnds: false })).body).toEqual(preferences(false));
  expect((await client.send("PATCH", PATH, {})).body).toEqual(preferences(false));
  expect(await stored(answer.body.user.id)).toEqual({ on: false, events: [{ remindOfEnds: { from: true, to: false } }] });
  expect(await stored(other.body.user.id)).toEqual({ on: true, events: [] });
  expect((await neighbour.send("PATCH", PATH, {})).body).toEqual(preferences(true));
});

test("what is not asked for so changes nothing", async () => {
  const { client, answer } = await signedUp(app.url);
  const origin = { origin: "https://elsewhere.example" };
  for (const [sent, headers, status, code] of [
    [{ remindOfEnds: "off" }, {}, 400, "invalid_input"],
    [{ remindOfEnds: null }, {}, 400, "invalid_input"],
    [{ remindOfEnds: false, userId: answer.body.user.id }, {}, 400, "invalid_input"],
    [{ remindOfEnds: false }, origin, 403, "cross_origin"],
    [{ remindOfEnds: false }, { "content-type": "text/plain" }, 415, "unsupported_media"],
  ] as const) {
    expect(await client.send("PATCH", PATH, sent, headers), JSON.stringify([sent, headers])).toMatchObject({ status, body: { code } });
  }
  expect(await httpClient(app.url).send("PATCH", PATH, { remindOfEnds: false })).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  expect(await client.send("GET", PATH)).toMatchObject({ status: 405 });
  expect(await stored(answer.body.user.id)).toEqual({ on: true, events: [] });
});

test("the page offers it where there is mail, and only there", async () => {
  for (const [{ url }, offered] of [[app, true], [mailless, false]] as const) {
    const { client } = await signedUp(url);
    const { status, text } = await client.send("GET", "/security");
    expect([status, text.includes(LABEL)]).toEqual([200, offered]);
  }
});
