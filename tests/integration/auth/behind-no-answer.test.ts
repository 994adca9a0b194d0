import { eq, type SQL, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { attempts, users } from "@/db/schema";
import type { SigningBrowser } from "@/lib/auth/complete-sign-in";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { asked, come, entered, openProvidersWorld, somebody, spent } from "@/tests/integration/providers/identities";
import type { TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";
import { withTotp } from "./factors";
import { newAddress, provenAccount } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ context, inbox } = await openProvidersWorld());
});

const unavailable = { failure: "unavailable" };
const account = (userId: string) => sql`select from ${users} where id = ${userId} for no key update`;
const browserOf = ({ browserId }: SigningBrowser) => sql`select pg_advisory_xact_lock(hashtextextended(${browserId}, 0))`;
const begunFor = (email: string | null) => context.db.select({ id: attempts.id }).from(attempts).where(eq(attempts.email, email ?? ""));

/** What a request comes to that gets its lock only when it has been answered. */
async function tooLate<T>(held: SQL, work: (late: Context) => Promise<T>): Promise<T> {
  const answerBy = performance.now() + 2_000;
  const from = visitor(context);
  const done = await context.db.transaction(async (db) => {
    await db.execute(held);
    const working = work({ ...from, request: { ...from.request, answerBy } });
    working.catch(() => {});
    await db.execute(sql`select pg_sleep(${(answerBy - 400 - performance.now()) / 1000})`);
    return { working };
  });
  return done.working;
}

test("nothing stands behind an answer that says it does not: an attempt that is asked for a second step in place of a session", async () => {
  const identity = somebody();
  const begun = entered(await come(context, identity));
  await withTotp({ ...visitor(context), actor: { kind: "user", userId: begun.user.id, sessionId: begun.session.id } }, begun.proof);
  const before = await begunFor(identity.email);
  const signIn = (late: Context) => signInByProvider(late, { identity, remember: false, next: null, spend: spent }, newBrowser());
  expect(await tooLate(account(begun.user.id), signIn)).toMatchObject(unavailable);
  expect(await begunFor(identity.email)).toEqual(before);
});

test("nothing stands behind an answer that says it does not: an attempt of whom a provider sends, with an address to be shown", async () => {
  const [identity, browser] = [somebody({ emailTrusted: false }), newBrowser()];
  expect(await tooLate(browserOf(browser), (late) => signInByProvider(late, { identity, remember: false, next: null, spend: spent }, browser))).toMatchObject(unavailable);
  expect(await begunFor(identity.email)).toEqual([]);
});

test("nothing stands behind an answer that says it does not: an attempt of whom a provider sends, with an account to be linked; and what is shown of it", async () => {
  const { email, user, browser } = await provenAccount(context, inbox);
  const identity = somebody({ email });
  const before = await begunFor(email);
  const enter = (late: Context) => signInByProvider(late, { identity, remember: false, next: null, spend: spent }, browser);
  expect(await tooLate(account(user.actor.userId), enter)).toMatchObject(unavailable);
  expect(await begunFor(email)).toEqual(before);
  const { attempt, credential } = asked(await come(context, identity, browser));
  expect(await tooLate(account(user.actor.userId), (late) => proveAttempt(late, credential, { method: "password", password: PASSWORD }, { prior: null }))).toMatchObject(unavailable);
  expect(await context.db.select().from(attempts).where(eq(attempts.id, attempt.id))).toMatchObject([{ asked: ["password"], proven: ["provider:google"], guesses: 0 }]);
  expect(asked(await proveAttempt(visitor(context), credential, { method: "password", password: PASSWORD }, { prior: null })).attempt.asked).toEqual([]);
});

test("nothing stands behind an answer that says it does not: an attempt of a sign-up", async () => {
  const [email, browser] = [newAddress(), newBrowser()];
  expect(await tooLate(browserOf(browser), (late) => signUp(late, { email, password: PASSWORD, name: "Zo Li" }, browser))).toMatchObject(unavailable);
  expect(await begunFor(email)).toEqual([]);
});
