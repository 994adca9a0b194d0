import { and, eq, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { events, identities, sessions, users } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { describeLink } from "@/lib/auth/describe-link";
import { goBack } from "@/lib/auth/go-back";
import { linkByAttempt } from "@/lib/auth/link-by-attempt";
import { resetPassword } from "@/lib/auth/reset-password";
import { signIn } from "@/lib/auth/sign-in";
import { whatOpensToo } from "@/lib/auth/what-opens-too";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { linkIdentity } from "@/lib/providers/link-identity";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { good, withTotp } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount, tokenIn } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { account, asked, come, entered, link, openProvidersWorld, ownerOf, prove, somebody, spent, userOf } from "./identities";

const NEXT = "eleven green ladders";
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld());
});

const stateOf = async (begun: Begun) => (await authenticate(context, begun.credential, { use: true })).state;
const wayBack = async (email: string, fits: RegExp) => tokenIn(await newestMail(context, inbox, email, fits), "not-me");
const LINKED = /was linked to your account/;

test("by the mail about it: what was linked opens nothing any more, nor does its session, and what was before stays", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const before = somebody({ provider: "acme" });
  good(await link(user, begun.proof, before));
  const thiefs = somebody();
  good(await link(user, begun.proof, thiefs));
  const token = await wayBack(email, /Google was linked/);
  const thief = entered(await come(context, thiefs));
  expect(await describeLink(context, token, "not-me")).toMatchObject({ kind: "identity_linked", keepsChanges: false, leadsOn: true });
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect([await stateOf(begun), await stateOf(thief)]).toEqual(["anonymous", "anonymous"]);
  expect([await ownerOf(context, thiefs), await ownerOf(context, before)]).toEqual([null, user.actor.userId]);
  expect((await account(context, user.actor.userId)).passwordHash).toBeNull();
});

test("by the mail about a new device: what was linked there goes too, and what was about to be is not", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const thief = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  if (isFailure(thief) || !("session" in thief)) throw new Error("not signed in");
  const token = await wayBack(email, /device that it did not know/);
  const [linked, pending] = [somebody(), somebody({ provider: "acme" })];
  good(await link(userOf(context, thief), thief.proof, linked));
  const { ways } = await account(context, user.actor.userId);
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect(await ownerOf(context, linked)).toBeNull();
  expect(await linkIdentity(userOf(context, thief), { identity: pending, proof: { secret: thief.proof }, ways, spend: spent })).toMatchObject({ failure: "unauthenticated" });
});

test("a link that was given its proof, and is pressed after a going back, links nothing", async () => {
  const { email, user, browser } = await provenAccount(context, inbox);
  const thief = await signIn(visitor(context), { email, password: PASSWORD }, newBrowser());
  if (isFailure(thief) || !("session" in thief)) throw new Error("not signed in");
  const token = await wayBack(email, /device that it did not know/);
  const identity = somebody({ email });
  const { credential } = asked(await come(context, identity, browser));
  asked(await prove(context, credential, { method: "password", password: PASSWORD }));
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect(await linkByAttempt(visitor(context), credential, { prior: null })).toMatchObject({ failure: "attempt_over" });
  expect(await ownerOf(context, identity)).toBeNull();
  expect((await account(context, user.actor.userId)).emailVerified).toBe(true);
});

test("what was linked by a press in an attempt goes with the mail about the device that pressed", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const identity = somebody({ email });
  const { credential } = asked(await come(context, identity));
  asked(await prove(context, credential, { method: "password", password: PASSWORD }));
  const begun = entered(await linkByAttempt(visitor(context), credential, { prior: null }));
  const token = await wayBack(email, /device that it did not know/);
  expect(await wayBack(email, LINKED)).not.toBe(token);
  expect(await goBack(visitor(context), { token, everywhere: false })).toHaveProperty("ended");
  expect([await ownerOf(context, identity), await stateOf(begun)]).toEqual([null, "anonymous"]);
  expect((await context.db.select().from(identities).where(eq(identities.userId, user.actor.userId))).length).toBe(0);
});

test("where a second step confirmed it the mail leads to the end of sessions, and what is linked stays", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  await withTotp(user, begun.proof);
  const identity = somebody();
  good(await link(user, begun.proof, identity));
  const mail = await newestMail(context, inbox, email, /Google was linked/);
  expect(mail.text).toMatch(/cannot be taken away by mail/);
  const token = tokenIn(mail, "not-me");
  expect(await describeLink(context, token, "not-me")).toMatchObject({ keepsChanges: true });
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect([await ownerOf(context, identity), await stateOf(begun)]).toEqual([user.actor.userId, "anonymous"]);
});

test("whoever came by the word of a stolen account there does not come again: it is unlinked, and what others came by is not", async () => {
  const { email, user, begun, browser } = await provenAccount(context, inbox);
  const [stolen, own] = [somebody({ email }), somebody({ provider: "acme" })];
  for (const identity of [stolen, own]) good(await link(user, begun.proof, identity));
  // Its owner as ever, and on the same device by the other one.
  for (const identity of [stolen, own]) entered(await come(context, identity, browser));
  const thief = entered(await come(context, stolen));
  const mail = await newestMail(context, inbox, email, /device that it did not know/);
  expect(mail.text).toMatch(/signed in to with Google on a device/);
  expect(mail.text).toMatch(/unlinks Google unless/);
  const token = tokenIn(mail, "not-me");
  expect(await describeLink(context, token, "not-me")).toMatchObject({ unlinks: ["Google"] });
  const { reset: right } = good(await goBack(visitor(context), { token }));
  expect([await ownerOf(context, stolen), await ownerOf(context, own), await stateOf(thief)]).toEqual([null, user.actor.userId, "anonymous"]);
  const unlinked = await context.db.select({ detail: events.detail }).from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "identity.unlinked")));
  expect(unlinked).toEqual([{ detail: { provider: "google", name: "Google" } }]);
  // It is somebody unknown now, with an address that has an account: that is for its owner to link.
  expect(await come(context, stolen)).toMatchObject({ failure: "conflict" });
  expect(await resetPassword(visitor(context), { token: right as string, newPassword: NEXT })).toBeUndefined();
  expect(await signIn(visitor(context), { email, password: NEXT }, newBrowser())).toHaveProperty("session");
});

test("a sign-in by a password unlinks nothing that its owner came by on the same device", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const identity = somebody();
  good(await link(user, begun.proof, identity));
  const browser = newBrowser();
  good(await signIn(visitor(context), { email, password: PASSWORD }, browser));
  const token = await wayBack(email, /device that it did not know/);
  await context.db.execute(sql`update sessions set created_at = created_at - interval '1 day', provider = 'google', provider_subject = ${identity.subject} where id = ${begun.session.id}`);
  await context.db.execute(sql`update sessions set device_id = (select device_id from sessions where id = ${begun.session.id}) where user_id = ${user.actor.userId}`);
  expect(await describeLink(context, token, "not-me")).toMatchObject({ unlinks: [] });
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect(await ownerOf(context, identity)).toBe(user.actor.userId);
});

test("whoever reads the mail does not get rid of a provider by it where a second step was asked, nor where no new password follows", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const identity = somebody();
  good(await link(user, begun.proof, identity));
  const { codes } = await withTotp(user, begun.proof);
  const { credential } = asked(await come(context, identity));
  entered(await prove(context, credential, { method: "recovery_code", code: codes[0] ?? "" }));
  const proven = await wayBack(email, /device that it did not know/);
  expect(await describeLink(context, proven, "not-me")).toMatchObject({ keepsChanges: true, unlinks: [] });
  good(await goBack(visitor(context), { token: proven }));
  expect(await ownerOf(context, identity)).toBe(user.actor.userId);

  const other = await provenAccount(context, inbox);
  const theirs = somebody();
  good(await link(other.user, other.begun.proof, theirs));
  entered(await come(context, theirs));
  const elsewhere = await wayBack(other.email, /device that it did not know/);
  await context.db.execute(sql`update users set email = 'new-' || email, email_key = 'new-' || email_key where id = ${other.user.actor.userId}`);
  expect(await describeLink(context, elsewhere, "not-me")).toMatchObject({ leadsOn: false, unlinks: [] });
  good(await goBack(visitor(context), { token: elsewhere }));
  expect(await ownerOf(context, theirs)).toBe(other.user.actor.userId);
});

async function reset(email: string): Promise<void> {
  await askForReset(visitor(context), email, null);
  const token = tokenIn(await newestMail(context, inbox, email, /\/reset\?/), "reset");
  expect(await resetPassword(visitor(context), { token, newPassword: NEXT })).toBeUndefined();
}

test("a reset leaves what is linked, and shows it; the sessions that it began end", async () => {
  const { email, user, begun, browser } = await provenAccount(context, inbox);
  const identity = somebody();
  good(await link(user, begun.proof, identity));
  const came = entered(await come(context, identity, browser));
  await reset(email);
  expect(await stateOf(came)).toBe("anonymous");
  expect(await whatOpensToo(context, user.actor.userId)).toMatchObject({ identities: [{ provider: "google", label: "Google", email: identity.email }] });
  expect(entered(await come(context, identity, browser)).user.id).toBe(user.actor.userId);
});

test("a reset that proves the address for the first time leaves nothing that was linked before", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const identity = somebody();
  good(await link(user, begun.proof, identity));
  await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
  await reset(email);
  expect(await ownerOf(context, identity)).toBeNull();
});

test("an account without a password that asks for one is told how it is opened, with the link all the same", async () => {
  const identity = somebody();
  const begun = entered(await come(context, identity));
  const email = identity.email as string;
  await askForReset(visitor(context), email, null);
  const mail = await newestMail(context, inbox, email, /\/reset\?/);
  expect(mail.subject).toBe("Your account has no password · Latchkey");
  expect(mail.text).toMatch(/you sign in with Google/);
  expect(await resetPassword(visitor(context), { token: tokenIn(mail, "reset"), newPassword: NEXT })).toBeUndefined();
  expect(await signIn(visitor(context), { email, password: NEXT }, newBrowser())).toHaveProperty("session");
  expect(await ownerOf(context, identity)).toBe(begun.user.id);
});

test("a process that dies between its steps leaves nothing half-linked: each is one transaction", async () => {
  const { email, user, browser } = await provenAccount(context, inbox);
  const identity = somebody({ email });
  const { credential } = asked(await come(context, identity, browser));
  asked(await prove(context, credential, { method: "password", password: PASSWORD }));
  const before = await account(context, user.actor.userId);
  await context.db.execute(sql`create function refuse_session() returns trigger language plpgsql as $$ begin raise exception 'the process dies here'; end $$`);
  await context.db.execute(sql`create trigger refuse_session before insert on sessions for each row execute function refuse_session()`);
  try {
    await expect(linkByAttempt(visitor(context), credential, { prior: null })).rejects.toThrow();
    await expect(come(context, somebody())).rejects.toThrow();
  } finally {
    await context.db.execute(sql`drop trigger refuse_session on sessions`);
  }
  expect([await ownerOf(context, identity), await account(context, user.actor.userId)]).toEqual([null, before]);
  // The press is done again, and all of it is there.
  const begun = entered(await linkByAttempt(visitor(context), credential, { prior: null }));
  expect(await context.db.select({ id: sessions.id }).from(sessions).where(eq(sessions.id, begun.session.id))).toHaveLength(1);
  expect(await ownerOf(context, identity)).toBe(user.actor.userId);
});

test("whoever proves an address that nobody had proven has the account, and its deletion that a stranger asked for is none", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
  good(await askForDeletion(user, { secret: begun.proof }));
  expect(entered(await come(context, somebody({ email }))).user.id).toBe(user.actor.userId);
  expect((await account(context, user.actor.userId)).deletionDueAt).toBeNull();
});
