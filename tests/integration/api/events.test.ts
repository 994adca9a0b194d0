import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { signedUp } from "./http-client";

const ABSOLUTE_SECONDS = 4;
const TTL_SECONDS = 1_800;
/** What is left of a session that nobody used for a while. */
const LEFT_SECONDS = 100;

test("the stream of a session that ends by itself says so and closes within a second of the end", async () => {
  const redis = await startTestRedis();
  const { url } = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, SESSION_ABSOLUTE_SECONDS: `${ABSOLUTE_SECONDS}` } });
  const { client, answer } = await signedUp(url);
  const stream = await fetch(`${url}/api/auth/events`, { headers: { cookie: `latchkey=${client.jar.get("latchkey")}` } });
  expect(stream.status).toBe(200);
  const text = await stream.text();
  const late = Date.now() - Date.parse(answer.body.session.absoluteExpiresAt);
  expect(text.match(/event: session\.ended\n.*/g)).toEqual([`event: session.ended\ndata: ${JSON.stringify({ sessionId: answer.body.session.id, reason: "expired" })}`]);
  expect(late).toBeGreaterThan(0);
  expect(late).toBeLessThan(1_000);
}, 300_000);

test("the head of the stream tells when the session ends without use, and is none", async () => {
  const redis = await startTestRedis();
  const { url } = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, SESSION_TTL_SECONDS: `${TTL_SECONDS}` } });
  const { client, answer } = await signedUp(url);
  const key = `session:{${answer.body.user.id}}:${answer.body.session.id}`;
  const left = async () => (Date.parse((await client.send("HEAD", "/api/auth/events")).headers.get("x-session-ends") ?? "") - Date.now()) / 1000;
  expect(await redis.command("EXPIRE", key, `${LEFT_SECONDS}`)).toBe(1);
  for (let again = 0; again < 3; again++) {
    expect(await left()).toBeGreaterThan(LEFT_SECONDS - 5);
    expect(await left()).toBeLessThanOrEqual(LEFT_SECONDS);
  }
  expect(Number(await redis.command("TTL", key))).toBeLessThanOrEqual(LEFT_SECONDS);
  // A use is what keeps it.
  const { body } = await client.send("GET", "/api/auth/session");
  expect(Math.abs((await left()) - (Date.parse(body.session.expiresAt) - Date.now()) / 1000)).toBeLessThan(1);
  expect(await left()).toBeGreaterThan(TTL_SECONDS - 5);
  await client.send("POST", "/api/auth/logout");
  const ended = await client.send("HEAD", "/api/auth/events");
  expect([ended.status, ended.headers.get("x-session-ends")]).toEqual([401, null]);
}, 300_000);
