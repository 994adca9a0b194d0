import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { query } from "@/scripts/servers/query";
import { httpClient, PASSWORD, signedIn, signedUp } from "@/tests/integration/api/http-client";
import { newDatabase } from "@/tests/support/new-database";
import { startApp } from "@/tests/support/start-app";
import { startTestRedis } from "@/tests/support/test-redis";

const LINK = 'href="https://db-ip.com"';
const FILE = join(process.cwd(), "node_modules", "@ip-location-db", "dbip-country-mmdb", "dbip-country.mmdb");
const FROM_GERMANY = { "x-forwarded-for": "91.64.0.1" };

let env: Record<string, string>;

beforeAll(async () => {
  env = { DATABASE_URL: await newDatabase(), REDIS_URL: (await startTestRedis()).url, TRUSTED_PROXY_HOPS: "1" };
}, 60_000);

/** The pages that show where something was, with whether they name whose data says so. */
async function named(url: string, email: string, userId: string): Promise<Record<string, boolean>> {
  const { client } = await signedIn(url, email);
  const found: Record<string, boolean> = {};
  for (const path of ["/devices", "/activity", "/admin/devices", "/admin/devices/end?country=DE", `/admin/users/${userId}`, "/admin/audit"]) {
    const { status, text } = await client.send("GET", path);
    expect([status, text.includes("Germany")], path).toEqual([200, true]);
    found[path.replace(userId, "…")] = text.includes(LINK);
  }
  return found;
}

test("whose data says the country is named with a link wherever one is shown, unless the operator brought a database", async () => {
  const included = await startApp({ env });
  const { client, email, answer } = await signedUp(included.url);
  const userId: string = answer.body.user.id;
  await query(env.DATABASE_URL as string, "update users set role = 'ADMIN' where id = $1", [userId]);
  const other = httpClient(included.url);
  await other.send("POST", "/api/auth/signin", { email, password: PASSWORD }, FROM_GERMANY);
  expect(await named(included.url, email, userId)).toEqual({
    "/devices": true, "/activity": true, "/admin/devices": true, "/admin/devices/end?country=DE": true, "/admin/users/…": true, "/admin/audit": true,
  });
  expect((await client.send("GET", "/profile")).text).not.toContain(LINK);

  await other.send("POST", "/api/auth/logout-all", { keepCurrent: true }, FROM_GERMANY);
  const fallenOut = await client.send("GET", "/sign-in?ended=1");
  expect([fallenOut.text.includes("Germany"), fallenOut.text.includes(LINK)]).toEqual([true, true]);
  expect((await httpClient(included.url).send("GET", "/sign-in")).text).not.toContain(LINK);

  const own = await startApp({ env: { ...env, GEOIP_DATABASE: FILE } });
  expect(Object.values(await named(own.url, email, userId))).toEqual([false, false, false, false, false, false]);
}, 300_000);
