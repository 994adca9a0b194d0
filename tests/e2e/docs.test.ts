import { beforeAll, expect, test } from "vitest";
import { openBrowser } from "@/tests/support/browser";
import { newDatabase } from "@/tests/support/new-database";
import { startApp, type TestApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

let app: TestApp;
beforeAll(async () => {
  const redis = await startTestRedis();
  app = await startApp({ env: { DATABASE_URL: await newDatabase(), REDIS_URL: redis.url } });
}, 240_000);

test("/docs shows every operation, asks nothing of any other host, and runs no script that is not ours", async () => {
  const page = await (await openBrowser()).newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const answer = await page.goto(`${app.url}/docs`);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(/script-src ([^;]*)/.exec(policy)?.[1]).toMatch(/^'self' 'nonce-[\w-]{20,}'$/);
  for (const rule of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(rule);
  expect(answer?.headers()["cache-control"]).toContain("no-store");
  await page.getByText("Ends one session").first().waitFor({ timeout: 60_000 });
  await page.getByRole("heading", { name: "Latchkey" }).first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(asked.filter((url) => !url.startsWith(`${app.url}/`) && !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([]);
  expect(complaints).toEqual([]);
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/docs.png` });
});
