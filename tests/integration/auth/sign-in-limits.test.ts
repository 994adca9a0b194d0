import { beforeAll, describe, expect, test } from "vitest";
import { signIn } from "@/lib/auth/sign-in";
import { canonicalAddress } from "@/lib/addresses/canonical-address";
import type { Context } from "@/lib/core/context";
import { contextOf, openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { systemContext } from "@/lib/platform/system-context";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "2" });
  context = world.context;
  await trust(context);
});

function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** Few enough at once that a busy machine hashes them in time; the last ones go over the limit together. */
async function over100<T>(make: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (const size of [30, 30, 30, 40]) {
    const done = results.length;
    results.push(...(await times(size, (index) => make(done + index))));
  }
  return results;
}

describe("limits of signing in", () => {
  test("a hundred wrong passwords at once are ten tries, for an account that exists and for one that does not", async () => {
    const { email } = await newAccount(context);
    for (const tried of [email, "nobody-here@example.com"]) {
      const request = visitor(context);
      const results = await times(100, () => signIn(request, { email: tried, password: "wrong" }, newBrowser()));
      expect(tally(results)).toEqual({ invalid_credentials: 10, rate_limited: 90 });
      const waits = results.flatMap((result) => ("retryAfter" in result && result.retryAfter !== undefined ? [result.retryAfter] : []));
      expect(waits).toHaveLength(90);
      expect(Math.min(...waits), "until the first failure lapses").toBeGreaterThan(880);
    }
  });

  test("two processes share them", async () => {
    const { email } = await newAccount(context);
    const other = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url }));
    await trust(other);
    const address = "198.51.100.77";
    const results = await times(60, (index) => signIn(visitor(index % 2 ? context : other, address), { email, password: "wrong" }, newBrowser()));
    expect(tally(results)).toEqual({ invalid_credentials: 10, rate_limited: 50 });
  });

  test("right passwords do not count, however many at once: they wait their turn", async () => {
    const { email } = await newAccount(context);
    const request = visitor(context);
    expect(tally(await times(30, () => signIn(request, { email, password: PASSWORD }, newBrowser())))).toEqual({ ok: 30 });
    expect(tally(await times(12, () => signIn(request, { email, password: "wrong" }, newBrowser())))).toEqual({ invalid_credentials: 10, rate_limited: 2 });
    expect(tally([await signIn(request, { email, password: PASSWORD }, newBrowser())]), "even the right one now").toEqual({ rate_limited: 1 });
  });

  test("a hundred failures of one address, over many accounts, close it; a /64 is one address", async () => {
    const network = (index: number) => canonicalAddress(`2001:db8:ffff:1::${(index + 1).toString(16)}`) as string;
    const results = await over100((index) => signIn(visitor(context, network(index)), { email: `a${index}@example.net`, password: "wrong" }, newBrowser()));
    expect(tally(results)).toEqual({ invalid_credentials: 100, rate_limited: 30 });
    expect(tally([await signIn(visitor(context, "2001:db8:ffff:2::1"), { email: "a@example.net", password: "wrong" }, newBrowser())])).toEqual({ invalid_credentials: 1 });
  });

  test("a known device is never locked out by others, and has a limit of its own", async () => {
    const { email, browser } = await newAccount(context);
    const from = (index: number) => visitor(context, `203.0.113.${index}`);
    const others = await over100((index) => signIn(from(index), { email, password: "wrong" }, newBrowser()));
    expect(tally(others)).toEqual({ invalid_credentials: 100, rate_limited: 30 });
    expect(tally([await signIn(from(200), { email, password: PASSWORD }, newBrowser())]), "a new device waits").toEqual({ rate_limited: 1 });
    expect(tally([await signIn(from(1), { email, password: PASSWORD }, browser)]), "the known one does not").toEqual({ ok: 1 });
    const own = await times(20, () => signIn(from(1), { email, password: "wrong" }, browser));
    expect(tally(own)).toEqual({ invalid_credentials: 10, rate_limited: 10 });
  });

  test("somebody else's device cookie is no known device", async () => {
    const { email } = await newAccount(context);
    const { browser: stranger } = await newAccount(context);
    const request = visitor(context);
    await times(10, () => signIn(request, { email, password: "wrong" }, stranger));
    expect(tally([await signIn(request, { email, password: PASSWORD }, stranger)])).toEqual({ rate_limited: 1 });
  });

  test("Redis holds no address that was typed, and no client's either", async () => {
    await signIn(contextOf(context, { address: "198.51.100.200" }), { email: "secretive@example.org", password: "wrong" }, newBrowser());
    const keys = JSON.stringify(await world.redis.command("KEYS", "limit:*"));
    expect(keys).toContain("sign-in.pair");
    expect(keys).not.toMatch(/secretive|198\.51\.100\.200/);
  });

  test("without Redis each process limits for itself, and signing in works", async () => {
    const { email } = await newAccount(context);
    await world.redis.kill();
    const request = visitor(context);
    const results = await times(40, () => signIn(request, { email, password: "wrong" }, newBrowser()));
    expect(tally(results)).toEqual({ invalid_credentials: 10, rate_limited: 30 });
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
  });
});
