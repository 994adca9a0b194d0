import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "vitest";
import { openBrowser } from "@/tests/support/browser";
import { startApp } from "@/tests/support/start-app";
import { startTestPostgres } from "@/tests/support/test-postgres";
import { startTestRedis } from "@/tests/support/test-redis";

test("an outage shows a calm 503 that signs nobody out and goes away by itself; an end without Redis says so", async () => {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  const app = await startApp({ env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url } });
  const browser = await openBrowser();

  async function signIn(path: string, name: string) {
    const context = await browser.newContext({ baseURL: app.url });
    const page = await context.newPage();
    await page.goto(path);
    if (path === "/sign-up") await page.getByLabel("Name").fill("Ada Lovelace");
    await page.getByLabel("Email").fill("outage@example.org");
    await page.getByLabel("Password", { exact: true }).fill("copper lantern seven rivers");
    await page.getByRole("button", { name }).click();
    await page.waitForURL("**/devices");
    return page;
  }
  const page = await signIn("/sign-up", "Create account");
  const other = await signIn("/sign-in", "Sign in");
  await other.getByText("Live", { exact: true }).waitFor();

  redis.freeze();
  await other.getByText("Reconnecting…").waitFor({ timeout: 10_000 });
  await other.close();
  await page.goto("/devices");
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await page.getByRole("alert").filter({ hasText: "will be shut out within seconds" }).waitFor();

  postgres.freeze();
  const asked = Date.now();
  const answer = await page.goto("/devices");
  expect(answer?.status()).toBe(503);
  expect(answer?.headers()["retry-after"]).toBeDefined();
  expect(Date.now() - asked).toBeLessThan(5_000);
  await page.getByRole("heading", { name: "One moment" }).waitFor();
  await page.getByText("You have not been signed out.").waitFor();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  postgres.thaw();
  redis.thaw();
  await page.getByText("This device").waitFor({ timeout: 30_000 });
}, 240_000);
