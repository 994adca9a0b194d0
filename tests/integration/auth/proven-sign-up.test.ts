import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, users } from "@/db/schema";
import { askForCode } from "@/lib/auth/ask-for-code";
import { readAttempt } from "@/lib/auth/attempt-row";
import { attemptView } from "@/lib/auth/attempt-view";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { query } from "@/scripts/servers/query";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { beginSignUp, codeIn, newAddress, newestMail, provenAccount, sendAll } from "./proving";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

const accountsWith = (email: string) => query(world.databaseUrl, "select id from users where email_key = $1", [email]);
const proof = (code: string) => ({ method: "email_code", code }) as const;

/** Later by so many seconds than it was. */
async function age(id: string, seconds: number): Promise<void> {
  const earlier = sql`make_interval(secs => ${seconds})`;
  await context.db.update(attempts).set({ sentAt: sql`${attempts.sentAt} - ${earlier}`, createdAt: sql`${attempts.createdAt} - ${earlier}` }).where(eq(attempts.id, id));
}

describe("sign-up with a proven address", () => {
  test("makes no account before the code; then one whose address is proven, signed in", async () => {
    const email = newAddress();
    const credential = await beginSignUp(context, email);
    expect(await accountsWith(email)).toEqual([]);
    const mail = await newestMail(context, inbox, email);
    expect(await accountsWith(email)).toEqual([]);
    const proven = await proveAttempt(visitor(context), credential, proof(codeIn(mail)), newBrowser());
    expect(proven).toMatchObject({ begun: { user: { email, emailVerified: true, name: "Zo Li" } } });
    expect(await accountsWith(email)).toHaveLength(1);
    expect(await readAttempt(context, credential)).toMatchObject({ failure: "attempt_over" });
  });

  test("answers a taken address like any other; its owner is told, and no code ever fits", async () => {
    const { email } = await provenAccount(context, inbox);
    const free = newAddress();
    const [taken, fresh] = [await beginSignUp(context, email.toUpperCase()), await beginSignUp(context, free)];
    const [ofTaken, ofFresh] = [await readAttempt(context, taken), await readAttempt(context, fresh)];
    if (isFailure(ofTaken) || isFailure(ofFresh)) throw new Error("over");
    const shape = async (row: typeof ofTaken) => ({ ...(await attemptView(context, row)), address: "", expiresAt: "", mail: row.sendings });
    expect(await shape(ofTaken)).toEqual(await shape(ofFresh));
    const mail = await newestMail(context, inbox, email);
    expect(mail.subject).toContain("account");
    expect(mail.text).not.toMatch(/#\d{6}/);
    for (let guess = 0; guess < 5; guess++) expect(await proveAttempt(visitor(context), taken, proof("123456"), newBrowser())).toEqual({ failure: "invalid_code", triesLeft: 4 - guess });
    expect(await proveAttempt(visitor(context), taken, proof("123456"), newBrowser())).toMatchObject({ failure: "attempt_over" });
    expect(await accountsWith(email)).toHaveLength(1);
  });

  test("asks the stores the same for a taken address as for a free one", async () => {
    const { email } = await provenAccount(context, inbox);
    async function statements(address: string): Promise<number> {
      let count = 0;
      const counting = new Proxy(context.db, {
        get(target, name) {
          if (name === "transaction" || name === "select" || name === "insert" || name === "update") count += 1;
          return Reflect.get(target, name) as unknown;
        },
      });
      await signUp({ ...visitor(context), db: counting }, { email: address, password: PASSWORD, name: "Zo Li" }, newBrowser());
      return count;
    }
    expect(await statements(email)).toBe(await statements(newAddress()));
  });

  test("has five guesses in all, however many at once, and a right sixth opens nothing", async () => {
    const email = newAddress();
    const credential = await beginSignUp(context, email);
    const right = codeIn(await newestMail(context, inbox, email));
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, "0");
    const guesses = await Promise.all(Array.from({ length: 50 }, () => proveAttempt(visitor(context), credential, proof(wrong), newBrowser())));
    expect(tally(guesses)).toEqual({ invalid_code: 5, attempt_over: 45 });
    expect(await proveAttempt(visitor(context), credential, proof(right), newBrowser())).toMatchObject({ failure: "attempt_over" });
  });

  test("of parallel last steps one begins a session", async () => {
    const email = newAddress();
    const credential = await beginSignUp(context, email);
    const right = codeIn(await newestMail(context, inbox, email));
    const steps = await Promise.all(Array.from({ length: 5 }, () => proveAttempt(visitor(context), credential, proof(right), newBrowser())));
    expect(tally(steps)).toEqual({ ok: 1, attempt_over: 4 });
    expect(await query(world.databaseUrl, "select s.id from sessions s join users u on u.id = s.user_id where u.email_key = $1", [email])).toHaveLength(1);
  });

  test("the last two codes work, the one before them does not; three are sent, a minute apart", async () => {
    const email = newAddress();
    const credential = await beginSignUp(context, email);
    const codes = [codeIn(await newestMail(context, inbox, email))];
    expect(await askForCode(context, credential)).toMatchObject({ failure: "rate_limited", retryAfter: expect.any(Number) });
    for (let sending = 1; sending < 3; sending++) {
      await age(credential.a, 61);
      expect(await askForCode(context, credential)).toMatchObject({ sendings: sending + 1 });
      codes.push(codeIn(await newestMail(context, inbox, email)));
    }
    await age(credential.a, 61);
    const none = await askForCode(context, credential);
    expect(none).toMatchObject({ failure: "rate_limited" });
    // Until the attempt ends.
    expect(isFailure(none) && none.retryAfter).toBeGreaterThan(600);
    expect(await proveAttempt(visitor(context), credential, proof(codes[0] as string), newBrowser())).toMatchObject(codes[0] === codes[1] || codes[0] === codes[2] ? {} : { failure: "invalid_code" });
    expect(await proveAttempt(visitor(context), credential, proof(` ${(codes[1] as string).slice(0, 3)} ${(codes[1] as string).slice(3)}`), newBrowser())).toHaveProperty("begun");
  });

  test("another attempt's code is worth nothing, nor is a code without the attempt's secret, nor another address", async () => {
    const [one, two] = [newAddress(), newAddress()];
    const [first, second] = [await beginSignUp(context, one), await beginSignUp(context, two)];
    const code = codeIn(await newestMail(context, inbox, one));
    expect(await proveAttempt(visitor(context), second, proof(code), newBrowser())).toMatchObject({ failure: "invalid_code" });
    expect(await proveAttempt(visitor(context), { ...first, k: second.k }, proof(code), newBrowser())).toMatchObject({ failure: "attempt_over" });
    expect(await proveAttempt(visitor(context), null, proof(code), newBrowser())).toMatchObject({ failure: "attempt_over" });
    expect(await proveAttempt(visitor(context), first, { ...proof(code), email: two }, newBrowser())).toMatchObject({ failure: "invalid_code" });
    expect(await proveAttempt(visitor(context), first, { ...proof(code), email: one.toUpperCase() }, newBrowser())).toHaveProperty("begun");
  });

  test("a new attempt of the same browser takes the place of the one before", async () => {
    const browser = newBrowser();
    const email = newAddress();
    const first = await beginSignUp(context, email, browser);
    const code = codeIn(await newestMail(context, inbox, email));
    await beginSignUp(context, newAddress(), browser);
    expect(await proveAttempt(visitor(context), first, proof(code), browser)).toMatchObject({ failure: "attempt_over" });
  });

  test("of two who sign up with one address the second to prove it is told that there is an account", async () => {
    const email = newAddress();
    const [first, second] = [await beginSignUp(context, email), await beginSignUp(context, email)];
    await sendAll(context);
    const codes = (await inbox.mails(email)).map(codeIn);
    const tries = await Promise.all([first, second].flatMap((credential) => codes.map((code) => proveAttempt(visitor(context), credential, proof(code), newBrowser()))));
    const counts = tally(tries);
    expect([counts.ok, counts.conflict]).toEqual([1, 1]);
    expect(await accountsWith(email)).toHaveLength(1);
  });

  test("nothing that opens anything stands in a queue row, an attempt's or Redis", async () => {
    const email = newAddress();
    await beginSignUp(context, email);
    const mail = await newestMail(context, inbox, email);
    const code = codeIn(mail);
    const rows = JSON.stringify([await query(world.databaseUrl, "select * from outgoing_mails"), await query(world.databaseUrl, "select * from attempts where email_key = $1", [email])]);
    expect(rows).not.toContain(`"${code}"`);
    expect(rows).not.toContain("Zo Li");
    expect(rows).not.toContain("$argon2id");
    const [hash] = await context.db.select({ passwordHash: users.passwordHash }).from(users).limit(1);
    expect(hash?.passwordHash).toBeTruthy();
  });
});

test("where addresses are not verified sign-up is as it was", async () => {
  const plain = { ...context, settings: { ...context.settings, EMAIL_VERIFICATION: "off" as const } };
  const email = newAddress();
  const begun = await signUp(visitor(plain), { email, password: PASSWORD, name: "Zo Li" }, newBrowser());
  expect(isFailure(begun) || isBegunAttempt(begun)).toBe(false);
  expect(tally([await signUp(visitor(plain), { email, password: PASSWORD, name: "Zo Li" }, newBrowser())])).toEqual({ conflict: 1 });
});
