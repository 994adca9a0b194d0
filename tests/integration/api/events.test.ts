import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { signedUp } from "./http-client";

const ABSOLUTE_SECONDS = 4;

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
