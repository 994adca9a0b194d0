import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { type RawAnswer, rawRequest } from "@/tests/support/raw-request";
import { startApp } from "@/tests/support/start-app";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";
import { startTestMail } from "@/tests/support/test-mail";
import { PASSWORD } from "@/tests/support/written-accounts";
import { httpClient, signedUp } from "../api/http-client";

const PAGES = ["/devices", "/activity", "/profile", "/security"];
const [WAVES, EVERY_MS] = [60, 100];

async function signedInApp() {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_LEVEL: "silent" } });
  const { client } = await signedUp(app.url);
  const cookie = `latchkey=${client.jar.get("latchkey")}`;
  const ask = (path: string, more: [string, string][] = [], method = "GET") => rawRequest(app.port, { method, path, headers: [["Cookie", cookie], ...more] });
  for (const path of PAGES) expect((await ask(path)).status).toBe(200);
  return { postgres, ask };
}

/** The designed page, under the headers of every page, and with nothing left of the one that failed. */
function expectOutagePage({ status, headers, body, request }: RawAnswer) {
  expect(status, request).toBe(503);
  expect(headers.get("content-type"), request).toEqual(["text/html; charset=utf-8"]);
  expect([headers.get("retry-after"), headers.get("cache-control")], request).toEqual([["2"], ["private, no-store"]]);
  expect([headers.get("x-content-type-options"), headers.get("referrer-policy")], request).toEqual([["nosniff"], ["same-origin"]]);
  const nonce = /'nonce-([\w-]{20,})'/.exec(headers.get("content-security-policy")?.join() ?? "")?.[1];
  for (const [tag] of body.matchAll(/<script\b[^>]*>/g)) expect(tag, request).toContain(`nonce="${nonce}"`);
  expect(body, request).toContain("You have not been signed out.");
  expect(body, request).not.toContain("Something went wrong");
}

describe("a hundred page requests from the first moment of an outage of PostgreSQL: 200 or the page that says so, never 500", () => {
  test.each(["killed", "frozen"])("%s", async (how) => {
    const { postgres, ask } = await signedInApp();
    const asked: Promise<RawAnswer>[] = [];
    for (let wave = 0; wave < WAVES; wave++) {
      if (wave === 1) await (how === "killed" ? postgres.kill() : postgres.freeze());
      for (const path of PAGES) asked.push(ask(path, wave % 2 ? [["Accept-Encoding", "gzip"]] : []));
      await sleep(EVERY_MS);
    }
    const answers = await Promise.all(asked);
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([200, 503]);
    const unavailable = answers.filter(({ status }) => status === 503);
    expect(unavailable.length).toBeGreaterThan(100);
    for (const answer of unavailable) if (!answer.headers.has("content-encoding")) expectOutagePage(answer);
    const head = await ask("/devices", [], "HEAD");
    expect([head.status, head.body]).toEqual([503, ""]);
  });
});

test("the stream of a sign-up says so, and is no fault of ours", async () => {
  const [postgres, redis, mail] = await Promise.all([startTestPostgres(), startTestRedis(), startTestMail()]);
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_LEVEL: "silent", ...mail.env } });
  const client = httpClient(app.url);
  expect((await client.send("POST", "/api/auth/signup", { email: "waits@example.org", password: PASSWORD, name: "Zo Li" })).status).toBe(202);
  await postgres.kill();
  expect((await client.send("GET", "/api/auth/attempt/events")).body).toMatchObject({ status: 503, code: "unavailable" });
});

test("a fault of ours is no outage: 500", async () => {
  const { postgres, ask } = await signedInApp();
  await query(postgres.url, "alter table events rename column detail to elsewhere");
  const answer = await ask("/activity");
  expect([answer.status, answer.headers.has("retry-after")]).toEqual([500, false]);
  expect((await ask("/profile")).status).toBe(200);
});
