import { beforeAll, describe, expect, test } from "vitest";
import { signUpInput } from "@/lib/auth/schema";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { query } from "@/scripts/servers/query";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "2" });
  context = world.context;
  await trust(context);
});

const rowsOf = (table: string, email: string) =>
  query(world.databaseUrl, `select t.* from ${table} t join users u on u.id = ${table === "users" ? "t.id" : "t.user_id"} where u.email_key = $1`, [email.toLowerCase()]);

describe("signing up", () => {
  test("makes one user, one device, one address, one session, and an event for each thing that happened", async () => {
    const { email, begun } = await newAccount(context);
    expect(await rowsOf("users", email)).toMatchObject([{ email, name: "Zo Li", role: "USER", password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) }]);
    for (const table of ["devices", "addresses", "sessions"]) expect(await rowsOf(table, email), table).toHaveLength(1);
    const events = await rowsOf("events", email);
    expect(events.map((event) => event.type).sort()).toEqual(["account.created", "sign_in.succeeded"]);
    expect(begun.session).toMatchObject({ current: true, client: "browser", endedAt: null });
  });

  test("thirty at once for one address, in different spellings: one account, one session", async () => {
    const email = "Race@Example.com";
    const attempts = Array.from({ length: 30 }, (_, index) => signUp(visitor(context), { email: index % 2 ? email : email.toLowerCase(), password: PASSWORD, name: "Zo" }, newBrowser()));
    const results = await Promise.all(attempts);
    expect(tally(results)).toEqual({ ok: 1, conflict: 29 });
    for (const table of ["users", "devices", "sessions"]) expect(await rowsOf(table, email), table).toHaveLength(1);
    const made = results.find((result) => !isFailure(result));
    expect(made && "user" in made ? made.user.id : null).toBe((await rowsOf("users", email))[0]?.id);
  });

  test("asking who has an account is limited: a hundred conflicts an hour and address; new accounts are counted apart", async () => {
    const { email } = await newAccount(context);
    const request = visitor(context);
    const results: unknown[] = [];
    for (const size of [40, 40, 40]) results.push(...(await Promise.all(Array.from({ length: size }, () => signUp(request, { email, password: PASSWORD, name: "Zo" }, newBrowser())))));
    expect(tally(results)).toEqual({ conflict: 100, rate_limited: 20 });
    const fresh = visitor(context);
    const accounts = await Promise.all(Array.from({ length: 20 }, (_, index) => signUp(fresh, { email: `fresh-${index}@example.com`, password: PASSWORD, name: "Zo" }, newBrowser())));
    expect(tally(accounts)).toEqual({ ok: 20 });
  });

  test("a weak or personal password is refused with the reason, and leaves nothing", async () => {
    for (const [password, reason] of [["short", /at least 15/], ["passwordpassword", /easy to guess/], ["the great winterbourne hat", /email address/]] as const) {
      const refused = await signUp(visitor(context), { email: "winterbourne@example.com", password, name: "Zo" }, newBrowser());
      expect(refused).toMatchObject({ failure: "invalid_input", errors: [{ path: "password", message: expect.stringMatching(reason) }] });
    }
    expect(await rowsOf("users", "winterbourne@example.com")).toEqual([]);
  });

  test("256 code points, spaces and all scripts are kept whole", async () => {
    const password = `  ${"五つの青いやかん".repeat(31)}🫖🎩🦎 `.slice(0, 254);
    const email = "long-password@example.com";
    expect(tally([await signUp(visitor(context), { email, password, name: "Zo" }, newBrowser())])).toEqual({ ok: 1 });
    expect(tally([await signIn(visitor(context), { email, password }, newBrowser())])).toEqual({ ok: 1 });
    expect(tally([await signIn(visitor(context), { email, password: password.trim() }, newBrowser())])).toEqual({ invalid_credentials: 1 });
  });

  test("the door refuses roles, other clients, and names that show as something else", () => {
    const good = { email: "jo@example.com", password: PASSWORD, name: "Jo" };
    expect(signUpInput.safeParse({ ...good, client: "browser" }).success).toBe(true);
    for (const bad of [{ role: "ADMIN" }, { client: "toaster" }, { name: "\u202Egnp.exe" }, { name: "a\0" }, { email: "jo\u202E@example.com" }, { remember: "yes" }, { password: 1 }]) {
      expect(signUpInput.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
    }
  });
});
