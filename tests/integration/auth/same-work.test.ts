import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { challengeSignIn, challengeSignUp } from "@/lib/auth/make-challenge";
import { signIn } from "@/lib/auth/sign-in";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import { signUp } from "@/lib/auth/sign-up";
import type { Context, UserContext } from "@/lib/core/context";
import { addPasskey } from "@/lib/factors/add-passkey";
import { userHandleOf } from "@/lib/factors/relying-party";
import { type NewPasskey, verifyRegistration } from "@/lib/factors/verify-registration";
import { systemContext } from "@/lib/platform/system-context";
import { query } from "@/scripts/servers/query";
import { openTestServices, openTestWorld, type TestWorld } from "@/tests/support/context";
import { type PostgresProxy, startPostgresProxy } from "@/tests/support/postgres-proxy";
import { type RedisProxy, startRedisProxy } from "@/tests/support/redis-proxy";
import { trust } from "@/tests/support/sessions";
import { startTestMail } from "@/tests/support/test-mail";
import { asked, come, somebody } from "@/tests/integration/providers/identities";
import { kindsOfAddress, PASSWORD, writeAccount, writeAddresses } from "@/tests/support/written-accounts";
import { newBrowser, visitor } from "./account";
import { askedForSecond, codeNow, give, signedIn, withTotp } from "./factors";
import { authenticator, newPasskey } from "./passkey-account";
import { beginSignUp } from "./proving";

let world: TestWorld;
let context: Context;
let postgres: PostgresProxy;
let redis: RedisProxy;

/** A process whose traffic is counted on the wire, beside which nothing runs; nobody sends its mail. */
beforeAll(async () => {
  const inbox = await startTestMail();
  world = await openTestWorld(inbox.env);
  postgres = await startPostgresProxy(world.databaseUrl);
  redis = await startRedisProxy(world.redis.url);
  context = systemContext(await openTestServices({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, HASH_THREADS: "1", ...inbox.env }));
  (await trust(context)).stop();
});

/** What `work` asks of the stores, statement by statement, with what is written after it. */
async function workOf(work: () => Promise<unknown>): Promise<{ statements: string[]; writes: number }> {
  const before = { statements: postgres.statements(), writes: redis.writes() };
  await work();
  for (let seen = -1; seen !== postgres.statements(); await sleep(40)) seen = postgres.statements();
  return { statements: postgres.executed().slice(before.statements), writes: redis.writes() - before.writes };
}

const calls: [string, (email: string) => Promise<() => Promise<unknown>>][] = [
  ["signing in with a wrong password", async (email) => () => signIn(visitor(context), { email, password: "wrong" }, newBrowser())],
  ["signing up", async (email) => () => beginSignUp(context, email)],
  [
    "signing up with a passkey",
    async (email) => {
      const browser = newBrowser();
      const { passkey } = await newPasskey(context, browser);
      return () => signUp(visitor(context), { email, passkey, name: "Zo Li" }, browser);
    },
  ],
  ["asking for a link to a new password", async (email) => () => askForReset(visitor(context), email, null)],
  ["coming by another provider that is not trusted with addresses", async (email) => () => come(context, somebody({ email, emailTrusted: false }))],
  [
    "a wrong code after that",
    async (email) => {
      const { credential } = asked(await come(context, somebody({ email, emailTrusted: false })));
      return () => proveAttempt(visitor(context), credential, { method: "email_code", code: "000000" }, newBrowser());
    },
  ],
  [
    "a wrong code",
    async (email) => {
      const credential = await beginSignUp(context, email);
      return () => proveAttempt(visitor(context), credential, { method: "email_code", code: "000000" }, newBrowser());
    },
  ],
];

test.each(calls)("%s asks the stores the same, statement by statement, whatever the address is to us", async (_, prepare) => {
  // The first use of a connection asks PostgreSQL for its types.
  await Promise.all(Array.from({ length: 4 }, async () => (await prepare((await writeAccount(world.databaseUrl)).email))()));
  const works = [];
  for (const kind of kindsOfAddress) {
    const email = (await writeAddresses(world.databaseUrl, kind, 1))[0]?.email as string;
    works.push({ kind, ...(await workOf(await prepare(email))) });
  }
  const [{ kind: _kind, ...first }, ...others] = works as [(typeof works)[0], ...typeof works];
  expect(first.statements.length).toBeGreaterThan(0);
  for (const { kind, ...work } of others) expect({ kind, ...work }).toEqual({ kind, ...first });
});

/** The account and its device; in the transaction the account's lock, device, sessions over the limit, address, session, event. */
const KNOWN_DEVICE = ["select users", "begin", "select users", "insert devices", "select sessions", "insert addresses", "insert sessions", "insert events", "commit"];

describe("a sign-in with nothing more asked", () => {
  const rows = async (id: string) => (await query<{ attempts: number; mails: number }>(world.databaseUrl, "select (select count(*)::int from attempts where user_id = $1) as attempts, (select count(*)::int from outgoing_mails where user_id = $1) as mails", [id]))[0];

  test("on a device that the account knows writes no attempt and no mail, and asks what it asked before there were any", async () => {
    const { id, email } = await writeAccount(world.databaseUrl);
    const browser = newBrowser();
    const request = visitor(context);
    for (let warm = 0; warm < 3; warm++) expect(await signIn(request, { email, password: PASSWORD }, browser)).toHaveProperty("session");
    const before = await rows(id);
    const { statements } = await workOf(() => signIn(request, { email, password: PASSWORD }, browser));
    expect(await rows(id)).toEqual(before);
    expect(before).toMatchObject({ attempts: 0 });
    expect(statements.filter((statement) => /attempts|outgoing_mails/.test(statement))).toEqual([]);
    // What comes after it, *admit*, is the same whatever the sign-in was.
    expect(statements.slice(0, KNOWN_DEVICE.length).map(inShort)).toEqual(KNOWN_DEVICE);
  });

  test("with a second step costs at most two statements more, of the request that gives it", async () => {
    const { email } = await writeAccount(world.databaseUrl);
    const browser = newBrowser();
    const request = visitor(context);
    const first = await signIn(request, { email, password: PASSWORD }, browser);
    if (!("session" in first)) throw new Error("not signed in");
    const user: UserContext = { ...request, actor: { kind: "user", userId: first.user.id, sessionId: first.session.id } };
    const plain = await workOf(() => signIn(request, { email, password: PASSWORD }, browser));
    const { secret } = await withTotp(user, first.proof);
    const works = [];
    for (const later of [0, 1]) {
      const credential = await askedForSecond(context, email, browser);
      works.push(await workOf(async () => signedIn(await give(context, credential, "totp", codeNow(context, secret, later)))));
    }
    const second = works[1]?.statements ?? [];
    expect(second.filter((statement) => /attempts|second_step_guesses|totp_factors/.test(statement)).length).toBeGreaterThan(1);
    expect(second.length, second.map(inShort).join(", ")).toBeLessThanOrEqual(plain.statements.length + 2);
  });

  test("with a passkey asks two statements more: its challenge is spent, and its use noted", async () => {
    const { id } = await writeAccount(world.databaseUrl);
    const [browser, request] = [newBrowser(), visitor(context)];
    const { options } = await challengeSignUp(context, browser.browserId);
    const { response, passkey: soft } = authenticator.create({ ...options, user: { id: userHandleOf(id) } });
    const made = await verifyRegistration(context, response, (options as { challenge: string }).challenge);
    await addPasskey(context, id, made as NewPasskey, 1);
    async function signInOnce() {
      const { options: given, challenge } = await challengeSignIn(context, browser.browserId);
      return signInByPasskey(request, { response: authenticator.get(given, soft), challenge }, browser);
    }
    for (let warm = 0; warm < 3; warm++) expect(await signInOnce()).toHaveProperty("session");
    const { statements } = await workOf(signInOnce);
    const expected = ["select passkeys", "begin", "select users", "insert spent_challenges", "update passkeys", ...KNOWN_DEVICE.slice(3)];
    expect(statements.slice(0, expected.length).map(inShort)).toEqual(expected);
  });

  test("on a new device adds one look for what is unusual, and the mail about it", async () => {
    const { id, email } = await writeAccount(world.databaseUrl);
    const { statements } = await workOf(() => signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));
    expect(await rows(id)).toEqual({ attempts: 0, mails: 1 });
    expect(statements.filter((statement) => /attempts/.test(statement))).toEqual([]);
    expect(statements.filter((statement) => /outgoing_mails/.test(statement))).toHaveLength(1);
  });
});

/** "select users": what a statement does and the table that it is about. */
function inShort(statement: string): string {
  const [verb = ""] = /^\s*\w+/.exec(statement.toLowerCase()) ?? [];
  // What stands in brackets is about other tables.
  let outer = statement.toLowerCase();
  while (/\([^()]*\)/.test(outer)) outer = outer.replaceAll(/\([^()]*\)/g, "");
  const table = /\b(?:from|into|update)\s+"?(\w+)/.exec(outer)?.[1];
  return table ? `${verb.trim()} ${table}` : verb.trim();
}
