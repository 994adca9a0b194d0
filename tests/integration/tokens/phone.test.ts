import { fork } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";
import { PASSWORD, signedUp } from "../api/http-client";

test("an app with the typed client signs in, outlives its access token with one refresh for many calls, and signs out", async () => {
  const redis = await startTestRedis();
  const app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url, JWT_ACCESS_EXPIRES_IN: "1s" } });
  const { email } = await signedUp(app.url);
  const phone = fork(join("tests", "support", "phone-main.ts"), [app.url, email, PASSWORD], { execArgv: ["--import", "tsx"], env: { NODE_ENV: "test", PATH: process.env.PATH } });
  const saw = await new Promise<any>((resolve, reject) => {
    phone.once("message", resolve);
    phone.once("exit", (code) => reject(new Error(`the phone ended with ${code}`)));
  });
  phone.kill();
  expect(saw).toMatchObject({ rotated: true, clients: ["native", "browser"], renamed: "Pocket", devices: 2, after: "unauthenticated" });
  expect(saw.names).toEqual(Array.from({ length: 20 }, () => "Zo Li"));
  expect(saw.session.device).toMatchObject({ name: "Test phone", kind: "app", os: "Node 20" });
  expect(saw.refreshes).toBeGreaterThanOrEqual(1);
  // The access token lives for a second: on a busy machine a later call may need one of its own.
  expect(saw.refreshes).toBeLessThanOrEqual(3);
}, 300_000);
