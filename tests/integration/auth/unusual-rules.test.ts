import { and, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { addresses, events, users } from "@/db/schema";
import { emailKey } from "@/lib/auth/email-key";
import { findAccount } from "@/lib/auth/find-account";
import { signIn } from "@/lib/auth/sign-in";
import { unusualRules } from "@/lib/auth/unusual-rules";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "./account";

const LISBON = { latitude: 38.72, longitude: -9.14 };
const BERLIN = { latitude: 52.52, longitude: 13.4 };
let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld({ HASH_THREADS: "2", RISK: "notify", EMAIL_VERIFICATION: "off" }));
  await trust(context);
});

/** An account that is older than a day, last used somewhere that long ago. */
async function usedAt(address: string, minutesAgo: number): Promise<{ email: string; userId: string }> {
  const { email, begun } = await newAccount(context);
  const userId = begun.user.id;
  await context.db.update(users).set({ createdAt: sql`clock_timestamp() - interval '2 days'` }).where(eq(users.id, userId));
  await context.db.update(addresses).set({ address, country: "PT", lastSeenAt: sql`clock_timestamp() - make_interval(mins => ${minutesAgo})` }).where(eq(addresses.userId, userId));
  return { email, userId };
}

/** As a city database would place the two. */
function withCities(from: Context): Context {
  const positions: Record<string, typeof LISBON> = { "8.8.8.8": BERLIN, "9.9.9.9": LISBON };
  return { ...from, geo: { included: false, locate: () => ({ country: "PT", city: null }), position: (address) => positions[address] ?? null } };
}

async function rulesFor(email: string, at: Context, failures = 0) {
  const account = await findAccount(at, emailKey(email), newId());
  if (!account) throw new Error("no account");
  return unusualRules(at, account, failures);
}

describe("farther than anybody flies", () => {
  test.each([
    ["within the hour", 60, ["far_away"]],
    ["after four hours", 240, []],
  ])("2,300 km from the last use: %s", async (_when, minutes, rules) => {
    const { email } = await usedAt("9.9.9.9", minutes);
    expect(await rulesFor(email, withCities(visitor(context, "8.8.8.8")))).toEqual(rules);
  });

  test("is nothing where the place of either is not known", async () => {
    const { email } = await usedAt("9.9.9.9", 1);
    expect(await rulesFor(email, withCities(visitor(context, "1.1.1.1")))).toEqual([]);
    expect(await rulesFor(email, { ...visitor(context, "8.8.8.8"), geo: { ...context.geo, locate: () => ({ country: "PT", city: null }) } })).toEqual([]);
  });

  test("nor on an account's first day, or from a private network", async () => {
    const { email, begun } = await newAccount(context);
    await context.db.update(addresses).set({ address: "9.9.9.9" }).where(eq(addresses.userId, begun.user.id));
    expect(await rulesFor(email, withCities(visitor(context, "8.8.8.8")))).toEqual([]);
    const { email: older } = await usedAt("9.9.9.9", 1);
    expect(await rulesFor(older, withCities(visitor(context, "10.0.0.1")))).toEqual([]);
  });
});

test.each([
  ["one of the last 90 days", "DE", ["new_country"]],
  ["none that is known: whoever was only ever inside a network comes out of it", null, []],
])("a country that it was not used from is another than %s", async (_which, country, rules) => {
  const { email, userId } = await usedAt("9.9.9.9", 600);
  await context.db.update(addresses).set({ country }).where(eq(addresses.userId, userId));
  const inPortugal: Context["geo"] = { included: true, locate: () => ({ country: "PT", city: null }), position: () => null };
  expect(await rulesFor(email, { ...visitor(context, "8.8.8.8"), geo: inPortugal })).toEqual(rules);
});

test("five failures in the hour are seen, also when a flood kept them out of the log", async () => {
  const { email, userId } = await usedAt("9.9.9.9", 600);
  // Of a network a hundred refusals are written in ten minutes: these use them up, against others.
  const flood = Array.from({ length: 110 }, (_, at) => signIn(visitor(context, "8.8.4.4"), { email: `nobody-${at}-${newId()}@example.com`, password: PASSWORD }, newBrowser()));
  await Promise.all(flood);
  for (let at = 0; at < 5; at++) {
    // From elsewhere in the same /64 or address nobody may fail more often than the limits say, so by another.
    const failed = await signIn(visitor(context, `8.8.5.${at}`), { email, password: `wrong kettle number ${at}` }, newBrowser());
    expect(tally([failed])).toEqual({ invalid_credentials: 1 });
  }
  await context.db.delete(events).where(eq(events.userId, userId));
  const begun = await signIn({ ...visitor(context, "8.8.8.8"), geo: { ...context.geo, locate: () => ({ country: "PT", city: null }) } }, { email, password: PASSWORD }, newBrowser());
  expect(tally([begun])).toEqual({ ok: 1 });
  const told = await context.db.select({ detail: events.detail }).from(events).where(and(eq(events.userId, userId), eq(events.type, "sign_in.succeeded")));
  expect(told).toEqual([{ detail: { rules: ["many_failures"] } }]);
});
