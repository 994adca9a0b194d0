import { beforeAll, expect, test } from "vitest";
import type { RawRequest } from "@/tests/support/raw-request";
import { type AttackedApp, attackedApp } from "./attacked-app";

let app: AttackedApp;

beforeAll(async () => {
  app = await attackedApp();
}, 300_000);

const EVERYWHERE: [string, RawRequest][] = [
  ["a page", { path: "/sign-in" }],
  ["a redirect", { path: "/devices" }],
  ["Next's own redirect", { path: "/sign-in/" }],
  ["a page that is not there", { path: "/nowhere" }],
  ["one below /docs/", { path: "/docs/nowhere" }],
  ["one further below /docs/", { path: "/docs/a/b" }],
  ["one below a script of /docs", { path: "/docs/scripts/start.js/b" }],
  ["one below the form for pictures", { path: "/profile/picture/b" }],
  ["the form for pictures, asked for", { path: "/profile/picture" }],
  ["/docs", { path: "/docs" }],
  ["its script", { path: "/docs/scripts/start.js" }],
  ["a call", { path: "/api/auth/session" }],
  ["a call that is not there", { path: "/api/nothing" }],
  ["health", { path: "/api/health" }],
  ["a file", { path: "/icon.svg" }],
  ["a public file", { path: "/favicon.ico" }],
  ["a file that is not there", { path: "/_next/static/nothing.js" }],
  ["pictures by the optimiser", { path: "/_next/image?url=%2Ficon.svg&w=64&q=75" }],
  ["a method that is none", { method: "PROPFIND", path: "/" }],
  ["a path that is none", { path: "//x" }],
  ["a form that cannot be decoded", { method: "POST", path: "/sign-in", headers: [["Content-Type", "multipart/form-data; boundary=x"]], body: "--x\r\ncut" }],
];

test.each(EVERYWHERE)("%s says all that every answer says, once", async (_name, request) => {
  const { headers } = await app.ask({ ...request, headers: [["Origin", app.url], ...(request.headers ?? [])] });
  expect(headers.get("cross-origin-opener-policy")).toEqual(["same-origin"]);
  expect(headers.get("cross-origin-resource-policy")).toEqual(["same-origin"]);
  expect(headers.get("permissions-policy")?.join()).toContain("camera=(), ");
  expect(headers.get("accept-ch")?.length).toBe(1);
  // Plain http: a browser would not listen.
  expect(headers.has("strict-transport-security")).toBe(false);
});

test.each(["/nowhere", "/docs/nowhere", "/docs/a/b", "/docs/start.js", "/profile/picture/b"])("%s is no page, and that page has its policy like any other", async (path) => {
  const { status, headers } = await app.ask({ path });
  expect([status, headers.get("content-type")]).toEqual([404, ["text/html; charset=utf-8"]]);
  expect(headers.get("content-security-policy")?.join()).toMatch(/script-src [^;]*'nonce-/);
});

test("what is no HTTP, and headers too long, hear it too", async () => {
  for (const { headers, status } of [await app.ask({ path: "/", headers: [["Bad Name", "x"]] }), await app.ask({ path: "/", headers: [["Cookie", "x".repeat(17_000)]] })]) {
    expect([400, 431]).toContain(status);
    expect(headers.get("permissions-policy")?.length).toBe(1);
    expect(headers.get("x-content-type-options")).toEqual(["nosniff"]);
  }
});

test("pictures may be shown by pages of other origins, and nothing else", async () => {
  const victim = await app.victim();
  let small = "";
  await expect
    .poll(async () => (small = JSON.parse((await app.askAs(victim, { path: "/api/users/me" })).body).image?.small ?? ""), { timeout: 15_000 })
    .toMatch(/^\/api\/avatars\//);
  expect((await app.ask({ path: small })).headers.get("cross-origin-resource-policy")).toEqual(["cross-origin"]);
});

test("behind https every answer holds browsers to it, subdomains too", async () => {
  const secure = await attackedApp({ APP_URL: "https://accounts.example" });
  for (const path of ["/sign-in", "/api/health", "/icon.svg", "//x", "/devices"]) {
    expect((await secure.ask({ path })).headers.get("strict-transport-security"), path).toEqual(["max-age=31536000; includeSubDomains"]);
  }
}, 60_000);
