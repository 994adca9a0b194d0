import { expect, test } from "vitest";
import { accessibilityTroubles } from "@/tests/support/accessibility";
import { signIn, signUp } from "@/tests/support/account-pages";
import { openBrowser } from "@/tests/support/browser";
import { startApp } from "@/tests/support/start-app";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";

test("an outage shows a calm 503 that signs nobody out and goes away by itself; an end without Redis says so", async () => {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  const browser = await openBrowser();

  const page = await (await browser.newContext({ baseURL: app.url })).newPage();
  await signUp(page, "outage@example.org");
  const other = await (await browser.newContext({ baseURL: app.url })).newPage();
  await signIn(other, "outage@example.org");
  await other.getByText("Live", { exact: true }).waitFor();

  redis.freeze();
  await other.getByText("Reconnecting…").waitFor({ timeout: 10_000 });
  await other.close();
  await page.goto("/devices");
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await page.getByRole("alert").filter({ hasText: "takes effect everywhere within seconds" }).waitFor();

  // Signed out as far as PostgreSQL knows: the page says so, and not the opposite.
  const third = await (await browser.newContext({ baseURL: app.url })).newPage();
  await signIn(third, "outage@example.org");
  await third.getByRole("button", { name: "Sign out", exact: true }).click();
  await third.getByRole("heading", { name: "You are signed out" }).waitFor();
  expect(await accessibilityTroubles(third)).toEqual([]);
  await third.getByRole("link", { name: "Sign in again" }).click();
  await third.getByRole("button", { name: "Sign in" }).waitFor();
  await third.close();

  postgres.freeze();
  const asked = Date.now();
  const answer = await page.goto("/devices");
  expect(answer?.status()).toBe(503);
  expect(answer?.headers()["retry-after"]).toBeDefined();
  expect(Date.now() - asked).toBeLessThan(5_000);
  await page.getByRole("heading", { name: "One moment" }).waitFor();
  await page.getByText("You have not been signed out.").waitFor();
  expect(await accessibilityTroubles(page)).toEqual([]);

  postgres.thaw();
  redis.thaw();
  await page.getByText("This device").waitFor({ timeout: 30_000 });
}, 240_000);
