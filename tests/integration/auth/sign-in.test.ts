import { hash } from "@node-rs/argon2";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { signIn } from "@/lib/auth/sign-in";
import { needsRehash } from "@/lib/auth/verify-password";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "1" });
  context = world.context;
  await trust(context);
});

const hashOf = async (id: string) => (await query<{ password_hash: string }>(world.databaseUrl, "select password_hash from users where id = $1", [id]))[0]?.password_hash as string;

describe("signing in", () => {
  test("the e-mail address is one in any case, the password in either normal form", async () => {
    const { email, begun } = await newAccount(context);
    const again = await signIn(visitor(context), { email: email.toUpperCase(), password: PASSWORD }, newBrowser());
    expect("user" in again ? again.user : again).toEqual(begun.user);
  });

  test("no account, wrong password, disabled account and a password too long to be one: the same answer", async () => {
    const { email } = await newAccount(context);
    const disabled = await newAccount(context);
    await query(world.databaseUrl, "update users set disabled_at = now() where id = $1", [disabled.begun.user.id]);
    const tries = [
      { email: "nobody@example.com", password: PASSWORD },
      { email, password: "wrong" },
      { email: disabled.email, password: PASSWORD },
      { email, password: PASSWORD.padEnd(300, "x") },
      { email, password: "" },
    ];
    for (const input of tries) expect(await signIn(visitor(context), input, newBrowser())).toEqual({ failure: "invalid_credentials" });
  });

  test("and in the same time", async () => {
    const { email } = await newAccount(context);
    const spent: Record<string, number[]> = { known: [], unknown: [], long: [] };
    for (let round = 0; round < 15; round++) {
      for (const [kind, input] of Object.entries({
        known: { email, password: "wrong" },
        unknown: { email: `nobody-${round}@example.com`, password: "wrong" },
        long: { email: `nobody-${round}@example.com`, password: "x".repeat(4000) },
      })) {
        const request = visitor(context);
        const started = performance.now();
        await signIn(request, input, newBrowser());
        spent[kind]?.push(performance.now() - started);
      }
    }
    const median = (kind: string) => spent[kind]?.toSorted((a, b) => a - b)[7] as number;
    for (const kind of ["unknown", "long"]) {
      expect(median(kind) / median("known"), kind).toBeGreaterThan(0.5);
      expect(median(kind) / median("known"), kind).toBeLessThan(2);
    }
  });

  test("failures are events of the account, with address and device; what was typed is kept nowhere", async () => {
    const { email, begun } = await newAccount(context);
    await signIn(visitor(context, "198.51.100.9"), { email, password: "wrong" }, newBrowser());
    await signIn(visitor(context, "198.51.100.10"), { email: "typed-in-clear@example.com", password: "wrong" }, newBrowser());
    const read = () => query(world.databaseUrl, "select user_id, host(address) as address, detail from events where type = 'sign_in.failed' and address << '198.51.100.0/28' order by events.address");
    await vi.waitFor(async () => expect(await read()).toHaveLength(2));
    expect(await read()).toEqual([
      { user_id: begun.user.id, address: "198.51.100.9", detail: { device: "Firefox on Linux" } },
      { user_id: null, address: "198.51.100.10", detail: { device: "Firefox on Linux" } },
    ]);
    const everything = await query<{ all: string }>(world.databaseUrl, "select coalesce(string_agg(events::text, ' '), '') as all from events");
    expect(everything[0]?.all).not.toContain("typed-in-clear");
  });

  test("a hash of other parameters is made anew on the way, also when many sign in at once", async () => {
    const { email, begun } = await newAccount(context);
    const weak = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await query(world.databaseUrl, "update users set password_hash = $2 where id = $1", [begun.user.id, weak]);
    const results = await Promise.all(Array.from({ length: 8 }, () => signIn(visitor(context), { email, password: PASSWORD }, newBrowser())));
    expect(tally(results), "nobody's right password is wrong because another was quicker").toEqual({ ok: 8 });
    const renewed = await hashOf(begun.user.id);
    expect(renewed).not.toBe(weak);
    expect(needsRehash(renewed)).toBe(false);
    expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
    expect(await hashOf(begun.user.id), "and left alone then").toBe(renewed);
  });

  test("a flood is shed, not queued: every answer comes in time", async () => {
    const started = performance.now();
    const results = await Promise.all(Array.from({ length: 900 }, (_, index) => signIn(visitor(context), { email: `flood-${index}@example.com`, password: "wrong" }, newBrowser())));
    expect(performance.now() - started).toBeLessThan(6_000);
    const counts = tally(results);
    expect(counts.invalid_credentials).toBeGreaterThan(10);
    expect(counts.unavailable).toBeGreaterThan(100);
    expect(results.find((result) => isFailure(result) && result.failure === "unavailable")).toMatchObject({ retryAfter: expect.any(Number) });
    expect(tally([await signIn(visitor(context), { email: "after@example.com", password: "wrong" }, newBrowser())])).toEqual({ invalid_credentials: 1 });
  });
});
