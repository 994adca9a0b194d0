import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { assessNewPassword } from "@/lib/auth/assess-new-password";
import { changePassword } from "@/lib/auth/change-password";
import { closeOver, noteRefusal } from "@/lib/auth/note-refusal";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import type { Context, UserContext } from "@/lib/core/context";
import { systemContext } from "@/lib/platform/system-context";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

let world: TestWorld;
let context: Context;

beforeAll(async () => {
  world = await openTestWorld({ HASH_THREADS: "1" });
  context = world.context;
  await trust(context);
});

const eventually = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 10_000, interval: 100 });
const input = (index: number) => ({ email: `stranger-${index}-${Date.now()}@example.com`, password: PASSWORD, name: "Zo" });

describe("what strangers may take from others", () => {
  test("whoever floods the judgement of passwords holds up neither sign-up nor a change of password", async () => {
    const { user } = await newAccount(context);
    const hostile = Array.from({ length: 64 }, (_, index) => String.fromCodePoint(0x21 + ((index * 37) % 90))).join("");
    const stranger = visitor(context);
    let over = false;
    let refused = 0;
    const flood = Array.from({ length: 300 }, async () => {
      while (!over) {
        const assessed = await assessNewPassword(stranger, hostile, [], performance.now() + 3_000);
        if ("failure" in assessed) refused += 1;
        await sleep(100);
      }
    });
    await sleep(500);
    const outcomes = [];
    for (let round = 0; round < 3; round++) {
      outcomes.push(await signUp(visitor(context), input(round), newBrowser()));
      outcomes.push(await changePassword(user, { currentPassword: round % 2 ? `${PASSWORD} next` : PASSWORD, newPassword: round % 2 ? PASSWORD : `${PASSWORD} next` }));
    }
    over = true;
    await Promise.all(flood);
    expect(refused, "it was a flood").toBeGreaterThan(100);
    expect(tally(outcomes)).toEqual({ ok: 6 });
  });

  test("one network makes so many accounts an hour and no more, however many at once", async () => {
    const strict = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, SIGN_UPS_PER_HOUR: "5" }));
    await trust(strict);
    const network = visitor(strict);
    for (let made = 0; made < 4; made++) expect(tally([await signUp(network, input(made), newBrowser())])).toEqual({ ok: 1 });
    expect(tally(await Promise.all(Array.from({ length: 4 }, (_, index) => signUp(network, input(4 + index), newBrowser()))))).toEqual({ ok: 1, rate_limited: 3 });
    expect(await signUp(network, { ...input(9), password: "short" }, newBrowser())).toMatchObject({ failure: "rate_limited", retryAfter: expect.toSatisfy((seconds: number) => seconds > 3_500) });
    expect(tally([await signUp(visitor(strict), input(10), newBrowser())]), "another network").toEqual({ ok: 1 });
  });

  test("a site of many networks makes ten times as many as one of them, and no more", async () => {
    const strict = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, SIGN_UPS_PER_HOUR: "1" }));
    await trust(strict);
    const from = (network: number) => visitor(strict, `2001:db8:5170:${(network + 1).toString(16)}::1`);
    const outcomes = [];
    for (let network = 0; network < 12; network++) outcomes.push(await signUp(from(network), input(network), newBrowser()));
    expect(tally(outcomes)).toEqual({ ok: 10, rate_limited: 2 });
    expect(tally([await signUp(visitor(strict, "2001:db8:5171:1::1"), input(12), newBrowser())]), "the site beside it").toEqual({ ok: 1 });
  });

  test("a sign-up that was refused for its password takes none of them", async () => {
    const strict = systemContext(await openTestServices({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, SIGN_UPS_PER_HOUR: "2" }));
    await trust(strict);
    const network = visitor(strict);
    for (let tries = 0; tries < 5; tries++) expect(tally([await signUp(network, { ...input(tries), password: "short" }, newBrowser())])).toEqual({ invalid_input: 1 });
    expect(tally([await signUp(network, input(1), newBrowser()), await signUp(network, input(2), newBrowser())])).toEqual({ ok: 2 });
  });
});

describe("what strangers leave behind", () => {
  const eventsOf = (address: string) =>
    query<{ type: string; user_id: string | null; session_id: string | null; detail: Record<string, unknown> }>(
      world.databaseUrl,
      "select type, user_id, session_id, detail from events where address = $1::inet and type in ('sign_in.refused', 'request.refused') order by at, id",
      [address],
    );

  test("a throttled sign-in is an event of the account, if there is one", async () => {
    const { email, begun } = await newAccount(context);
    const known = visitor(context, "198.51.100.61");
    const unknown = visitor(context, "198.51.100.62");
    for (let tries = 0; tries < 12; tries++) {
      await signIn(known, { email, password: "wrong" }, newBrowser());
      await signIn(unknown, { email: "typed-in-clear@example.com", password: "wrong" }, newBrowser());
    }
    const refusal = { type: "sign_in.refused", session_id: null, detail: { device: "Firefox on Linux" } };
    await eventually(async () => expect(await eventsOf("198.51.100.61")).toEqual([1, 2].map(() => ({ ...refusal, user_id: begun.user.id }))));
    await eventually(async () => expect(await eventsOf("198.51.100.62")).toEqual([1, 2].map(() => ({ ...refusal, user_id: null }))));
  });

  test("a wrong current password is an event of the account, with the session that it came from", async () => {
    const { user, begun } = await newAccount(context);
    const from = { ...user, request: { ...user.request, address: "198.51.100.63" } };
    await changePassword(from, { currentPassword: "wrong", newPassword: "eleven green ladders" });
    const event = { type: "request.refused", user_id: begun.user.id, session_id: begun.session.id, detail: { device: "Firefox on Linux", what: "password", reason: "invalid_credentials" } };
    await eventually(async () => expect(await eventsOf("198.51.100.63")).toEqual([event]));
  });

  test("a flood of one thing hides no other, nor what is refused to somebody signed in from the same network", async () => {
    const { user, begun } = await newAccount(context);
    const stranger = visitor(context, "198.51.100.67");
    for (let times = 0; times < 7_000; times++) noteRefusal(stranger, { userId: null, type: "request.refused", detail: { what: "A form of a page", reason: "cross_origin" } });
    await changePassword({ ...user, request: { ...user.request, address: "198.51.100.67" } }, { currentPassword: "wrong", newPassword: "eleven green ladders" });
    const thief: UserContext = { ...user, request: { ...user.request, address: "198.51.100.67" } };
    noteRefusal(thief, { userId: null, type: "request.refused", detail: { what: "A form of a page", reason: "cross_origin" } });
    await eventually(async () => {
      const events = await eventsOf("198.51.100.67");
      expect(events.filter(({ detail }) => detail.what === "password")).toMatchObject([{ user_id: begun.user.id }]);
      expect(events).toHaveLength(102);
    });
  });

  test("a flood is written up to a number, and then counted; other networks are not held up by it", async () => {
    const noted = (address: string, now = context.clock.now()) => noteRefusal({ ...visitor(context, address), clock: { now: () => now } }, { userId: null, type: "request.refused", detail: { what: "flood" } });
    for (let times = 0; times < 1_000; times++) noted("198.51.100.64");
    noted("198.51.100.65");
    await eventually(async () => expect(await eventsOf("198.51.100.65")).toHaveLength(1));
    await eventually(async () => expect(await eventsOf("198.51.100.64")).toHaveLength(100));
    noted("198.51.100.66", context.clock.now() + 600_000);
    await eventually(async () => expect((await eventsOf("198.51.100.64")).slice(100)).toMatchObject([{ user_id: null, detail: { leftOut: 900 } }]));
  });

  test("what was left out of a flood is written though nobody is refused after it", async () => {
    for (let times = 0; times < 150; times++) noteRefusal(visitor(context, "198.51.100.68"), { userId: null, type: "request.refused", detail: { what: "the last flood" } });
    closeOver(context.clock.now());
    await eventually(async () => expect(await eventsOf("198.51.100.68")).toHaveLength(100));
    // Later than what another test noted at a time to come.
    closeOver(context.clock.now() + 1_800_000);
    await eventually(async () => expect((await eventsOf("198.51.100.68")).slice(100)).toMatchObject([{ detail: { leftOut: 50 } }]));
  });
});
