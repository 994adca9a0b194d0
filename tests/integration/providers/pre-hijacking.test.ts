import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events, identities, passkeys, sessions, users } from "@/db/schema";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { signInByProvider } from "@/lib/providers/sign-in-by-provider";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { newAccount, newBrowser, PASSWORD, tally, visitor } from "@/tests/integration/auth/account";
import { codeNow, good, withTotp } from "@/tests/integration/auth/factors";
import { addPasskey } from "@/tests/integration/auth/passkey-account";
import { beginSignUp, codeIn, newAddress, newestMail, provenAccount, sendAll } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { account, asked, come, entered, link, ownerOf, prove, providersEnv, somebody, spent } from "./identities";

/** With mail, where addresses are proven; and the same house before it had any. */
let context: Context;
let withoutMail: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env, ...providersEnv }));
  ({ context: withoutMail } = await openTestWorld({ HASH_THREADS: "2", ...providersEnv }));
  await trust(context);
  await trust(withoutMail);
});

const stateOf = async (here: Context, begun: Begun) => (await authenticate(here, begun.credential, { use: true })).state;

test("by password, where nobody proves addresses: whoever comes with a proven one has the account, and the stranger nothing", async () => {
  const { email, begun: stranger, user, browser } = await newAccount(withoutMail);
  await addPasskey(user, stranger.proof);
  const foot = somebody({ provider: "acme" });
  good(await link(user, stranger.proof, foot));
  const again = entered(await signIn(visitor(withoutMail), { email, password: PASSWORD }, browser));
  const victim = somebody({ email });
  const begun = entered(await come(withoutMail, victim));
  expect(begun.user).toMatchObject({ id: stranger.user.id, email, emailVerified: true });
  expect([await stateOf(withoutMail, stranger), await stateOf(withoutMail, again), await stateOf(withoutMail, begun)]).toEqual(["anonymous", "anonymous", "authenticated"]);
  expect(tally([await signIn(visitor(withoutMail), { email, password: PASSWORD }, browser)])).toEqual({ invalid_credentials: 1 });
  expect([await ownerOf(withoutMail, foot), await ownerOf(withoutMail, victim)]).toEqual([null, begun.user.id]);
  expect(await withoutMail.db.select().from(passkeys).where(eq(passkeys.userId, begun.user.id))).toEqual([]);
  // What they linked opens nothing: it is a stranger's, who may make an account of their own.
  expect(entered(await come(withoutMail, foot)).user.id).not.toBe(begun.user.id);
  expect(entered(await come(withoutMail, victim)).user.id).toBe(begun.user.id);
});

test("in a browser in which somebody else is signed in, nothing of it is written as theirs", async () => {
  const { email, user } = await newAccount(withoutMail);
  const { user: other } = await newAccount(withoutMail);
  const here = { ...visitor(withoutMail), actor: other.actor };
  const comers = [somebody({ email }), somebody({ email: newAddress() })];
  for (const comer of comers) {
    const { user: owner } = entered(await signInByProvider(here, { identity: comer, remember: false, next: null, spend: spent }, newBrowser()));
    const told = await withoutMail.db.select({ type: events.type, by: events.actorUserId }).from(events).where(eq(events.userId, owner.id));
    expect(told.map(({ type }) => type)).toContain("identity.linked");
    expect(told.filter(({ by }) => by === other.actor.userId)).toEqual([]);
  }
  const ended = await withoutMail.db.select({ by: sessions.endedBySessionId }).from(sessions).where(eq(sessions.userId, user.actor.userId));
  expect(ended.filter(({ by }) => by !== null)).toEqual([]);
});

test("a provider's word takes no account over that has a second step: that is asked for, and everything stays", async () => {
  const { email, begun: owner, user } = await newAccount(withoutMail);
  const { secret } = await withTotp(user, owner.proof);
  const comer = somebody({ email });
  const { attempt, credential } = asked(await come(withoutMail, comer));
  expect(attempt).toMatchObject({ userId: user.actor.userId, asked: ["totp", "recovery_code"] });
  expect([await stateOf(withoutMail, owner), await ownerOf(withoutMail, comer)]).toEqual(["authenticated", null]);
  asked(await prove(withoutMail, credential, { method: "totp", code: codeNow(withoutMail, secret) }));
  entered(await linkByAttempt(visitor(withoutMail), credential, { prior: null }));
  expect([await stateOf(withoutMail, owner), await ownerOf(withoutMail, comer)]).toEqual(["authenticated", user.actor.userId]);
  expect((await account(withoutMail, user.actor.userId)).passwordHash).not.toBeNull();
});

test("by password, and the victim by a provider that is not trusted: the code shows whose address it is", async () => {
  const { email, user, begun: stranger } = await provenAccount(context, inbox);
  await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
  const victim = somebody({ email, emailTrusted: false });
  const { credential } = asked(await come(context, victim));
  const begun = entered(await prove(context, credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)) }));
  expect(begun.user).toMatchObject({ id: stranger.user.id, emailVerified: true });
  expect([await stateOf(context, stranger), await stateOf(context, begun)]).toEqual(["anonymous", "authenticated"]);
  expect((await account(context, begun.user.id)).passwordHash).toBeNull();
});

test("two who prove the address at once: one has the account, once", async () => {
  const { email, user } = await newAccount(withoutMail);
  const comers = ["google", "acme"].map((provider) => somebody({ provider, email }));
  const results = await Promise.all(comers.map((comer) => come(withoutMail, comer)));
  expect(results.filter((result) => !isFailure(result))).toHaveLength(1);
  expect(await withoutMail.db.select().from(identities).where(eq(identities.userId, user.actor.userId))).toHaveLength(1);
});

test("by a sign-up that is left half-finished: the victim has an account, and the stranger's leads nowhere", async () => {
  const email = newAddress();
  const half = await beginSignUp(context, email);
  const code = codeIn(await newestMail(context, inbox, email));
  const victim = entered(await come(context, somebody({ email })));
  // Even with the code of that mail.
  expect(await proveAttempt(visitor(context), half, { method: "email_code", code }, { prior: null })).toMatchObject({ failure: "conflict" });
  expect(victim.user.email).toBe(email);
  expect(tally([await signIn(visitor(context), { email, password: PASSWORD }, newBrowser())])).toEqual({ invalid_credentials: 1 });
});

test("by a provider that says what nobody has proven: it is linked to nothing, and the victim signs up as ever", async () => {
  const email = newAddress();
  const stranger = somebody({ email, emailTrusted: false });
  const { credential } = asked(await come(context, stranger));
  await sendAll(context);
  const victimsBrowser = newBrowser();
  const half = await beginSignUp(context, email, victimsBrowser);
  const done = await proveAttempt(visitor(context), half, { method: "email_code", code: codeIn(await newestMail(context, inbox, email)) }, victimsBrowser);
  const victim = entered(done);
  expect(await ownerOf(context, stranger)).toBeNull();
  // With a code that they have talked the victim out of they are asked for the victim's password.
  const { attempt } = asked(await prove(context, credential, { method: "email_code", code: codeIn((await inbox.mails(email))[0] as never) }));
  expect(attempt).toMatchObject({ userId: victim.user.id, asked: ["password"] });
  expect(await ownerOf(context, stranger)).toBeNull();
});

test("a code that is typed into a stranger's page by the victim of another browser opens nothing: it is good in that attempt alone", async () => {
  const email = newAddress();
  const [mine, theirs] = [asked(await come(context, somebody({ email, emailTrusted: false }))), asked(await come(context, somebody({ email, emailTrusted: false })))];
  await sendAll(context);
  const [first] = (await inbox.mails(email)).map(codeIn);
  const results = [await prove(context, theirs.credential, { method: "email_code", code: first }), await prove(context, mine.credential, { method: "email_code", code: first })];
  expect(tally(results)).toEqual({ ok: 1, invalid_code: 1 });
});

test("where there is no mail an address that nobody vouches for opens and makes nothing", async () => {
  const { email } = await newAccount(withoutMail);
  for (const address of [email, newAddress()]) {
    expect(await come(withoutMail, somebody({ email: address, emailTrusted: false }))).toMatchObject({ failure: "invalid_input", detail: expect.stringMatching(/^Google does not say that this email address is yours/) as string });
  }
});
