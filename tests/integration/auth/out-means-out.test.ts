import { and, eq, isNull, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, devices, outgoingMails, sessions, users } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import type { AttemptCredential } from "@/lib/auth/attempt-row";
import { beginEmailChange, beginEmailProof } from "@/lib/auth/begin-email-change";
import { changePassword } from "@/lib/auth/change-password";
import { describeLink } from "@/lib/auth/describe-link";
import { goBack } from "@/lib/auth/go-back";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Begun } from "@/lib/sessions/begin-session";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { beginSignUp, codeIn, newAddress, newestMail, provenAccount, sendAll, tokenIn } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

async function signedIn(email: string, browser = newBrowser()): Promise<Begun> {
  const begun = await signIn(visitor(context), { email, password: PASSWORD }, browser);
  if (isFailure(begun) || !("session" in begun)) throw new Error(JSON.stringify(begun));
  return begun;
}

async function unproven() {
  const made = await provenAccount(context, inbox);
  await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, made.begun.user.id));
  return made;
}

const stateOf = async (begun: Begun) => (await authenticate(context, begun.credential, { use: true })).state;
const prove = (credential: AttemptCredential, code: string) => proveAttempt(visitor(context), credential, { method: "email_code", code }, { prior: null });

async function change(user: UserContext, begun: Begun): Promise<string> {
  const email = newAddress();
  const asked = await beginEmailChange(user, { email }, "browser", { secret: begun.proof });
  if (isFailure(asked)) throw new Error(asked.failure);
  expect(await prove(asked.credential, codeIn(await newestMail(context, inbox, email)))).toHaveProperty("changed");
  return email;
}

/** The ways back in the mails that came there, the oldest first. */
async function waysBack(email: string): Promise<string[]> {
  await sendAll(context);
  return (await inbox.mails(email)).filter(({ text }) => text.includes("/not-me")).map((mail) => tokenIn(mail, "not-me"));
}

async function account(userId: string) {
  const [row] = await context.db.select().from(users).where(eq(users.id, userId));
  return row;
}

describe("an address that nobody had proven", () => {
  test("gives its reader nothing once the account has another: sessions end, and no link goes anywhere", async () => {
    const { email: mistyped, user, begun } = await unproven();
    const second = await signedIn(mistyped);
    const [strangersLink = ""] = await waysBack(mistyped);
    const email = await change(user, begun);
    expect(await describeLink(context, strangersLink, "not-me")).toMatchObject({ leadsOn: false });
    const gone = await goBack(visitor(context), { token: strangersLink });
    expect(gone).toMatchObject({ reset: null });
    expect([await stateOf(begun), await stateOf(second)]).toEqual(["anonymous", "anonymous"]);
    expect(await account(begun.user.id)).toMatchObject({ email, passwordHash: null });
    await sendAll(context);
    for (const to of [email, mistyped]) expect((await inbox.mails(to)).some(({ text }) => text.includes("/reset"))).toBe(false);
    await askForReset(visitor(context), email, null);
    await newestMail(context, inbox, email, /\/reset\b/);
  });

  test("is told that it is the account's no more, in a mail that opens nothing and repeats nothing that was typed", async () => {
    const { email: unprovens, user, begun } = await unproven();
    const before = (await inbox.mails(unprovens)).length;
    const email = await change(user, begun);
    await sendAll(context);
    const told = (await inbox.mails(unprovens)).slice(before);
    expect(told).toHaveLength(1);
    const [{ text, html, subject } = { text: "", html: "", subject: "" }] = told;
    expect(subject).toContain("Your email address was changed");
    expect(text).toContain("nobody had confirmed");
    expect(text + html).not.toMatch(/not-me|undo|token|IP address/);
    expect(text + html + subject).not.toContain(email);
    expect(text).not.toContain("second step");
  });

  test("and not more often than strangers may have mail sent to it", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const before = (await inbox.mails(email)).length;
    for (let times = 0; times < 6; times++) {
      const other = await provenAccount(context, inbox);
      await context.db.update(users).set({ email: `${times}-${email}`, emailKey: `${times}-${email}` }).where(eq(users.emailKey, email));
      await context.db.update(users).set({ email, emailKey: email, emailVerified: false }).where(eq(users.id, other.begun.user.id));
      await change(other.user, other.begun);
    }
    await sendAll(context);
    // The code of the sign-up was one of the hour's six.
    expect((await inbox.mails(email)).length - before).toBe(5);
    expect(begun.user.email).toBe(email);
  });

  test("that another account has by now keeps no going back from ending the sessions", async () => {
    const { email: mistyped, user, begun } = await unproven();
    await signedIn(mistyped);
    const [link = ""] = await waysBack(mistyped);
    await change(user, begun);
    const taker = await beginSignUp(context, mistyped);
    expect(await prove(taker, codeIn(await newestMail(context, inbox, mistyped, /#\d{6}\s*$/)))).toHaveProperty("begun");
    expect(isFailure(await goBack(visitor(context), { token: link }))).toBe(false);
    expect(await stateOf(begun)).toBe("anonymous");
  });

  test("is asked for no code at a sign-in: it would go to whoever reads mail there", async () => {
    const { email, begun } = await unproven();
    await context.db.update(users).set({ createdAt: sql`clock_timestamp() - interval '2 days'` }).where(eq(users.id, begun.user.id));
    for (let at = 0; at < 5; at++) await signIn(visitor(context, `8.8.5.${at}`), { email, password: "no such kettle at all" }, newBrowser());
    expect(tally([await signIn(visitor(context, "8.8.8.8"), { email, password: PASSWORD }, newBrowser())])).toEqual({ ok: 1 });
    const asked = await context.db.select({ ways: attempts.asked }).from(attempts).where(eq(attempts.userId, begun.user.id));
    expect(asked.flatMap(({ ways }) => ways)).toEqual(["approval"]);
  });

  test("gets its code however many strangers ask for mail to it", async () => {
    const { email, user } = await unproven();
    for (let at = 0; at < 8; at++) await askForReset(visitor(context), email, null);
    await sendAll(context);
    const asked = await beginEmailProof(user, "browser");
    if (isFailure(asked)) throw new Error(asked.failure);
    expect(await prove(asked.credential, codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/)))).toHaveProperty("changed");
  });
});

describe("with the box unticked", () => {
  test("sessions whose links die with a going back end with it", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const [first, second] = [await signedIn(email), await signedIn(email)];
    const links = await waysBack(email);
    expect(links).toHaveLength(2);
    expect(await goBack(visitor(context), { token: links[1] ?? "", everywhere: false })).toMatchObject({ ended: 2 });
    expect([await stateOf(begun), await stateOf(first), await stateOf(second)]).toEqual(["authenticated", "anonymous", "anonymous"]);
    expect(await goBack(visitor(context), { token: links[0] ?? "" })).toMatchObject({ failure: "link_over" });
  });

  test("so does what signed in on the same device before", async () => {
    const { email } = await provenAccount(context, inbox);
    const thief = newBrowser();
    const first = await signedIn(email, thief);
    const [link = ""] = await waysBack(email);
    const second = await signedIn(email, thief);
    await context.db.update(sessions).set({ createdAt: sql`${sessions.createdAt} - interval '1 hour'` }).where(eq(sessions.id, second.session.id));
    expect(await goBack(visitor(context), { token: link, everywhere: false })).toMatchObject({ ended: 2 });
    expect([await stateOf(first), await stateOf(second)]).toEqual(["anonymous", "anonymous"]);
  });
});

describe("mail", () => {
  test("of new devices comes six times an hour, and the earliest link undoes all", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const thieves = [];
    for (let at = 0; at < 9; at++) thieves.push(await signedIn(email));
    const links = await waysBack(email);
    expect(links).toHaveLength(6);
    expect(await goBack(visitor(context), { token: links[0] ?? "", everywhere: false })).not.toHaveProperty("failure");
    for (const thief of thieves) expect(await stateOf(thief)).toBe("anonymous");
    expect(begun.user.email).toBe(email);
  });

  test("that was over the budget leaves no thief's device known, whichever link is used", async () => {
    for (const by of ["the first mail", "the mail of what the last one did"]) {
      const { email, begun } = await provenAccount(context, inbox);
      const thieves = [];
      for (let at = 0; at < 8; at++) {
        thieves.push(await signedIn(email));
        await sendAll(context);
      }
      const last = thieves.at(-1) as Begun;
      const user: UserContext = { ...visitor(context), actor: { kind: "user", userId: begun.user.id, sessionId: last.session.id } };
      expect(await changePassword(user, { currentPassword: PASSWORD, newPassword: "eleven green ladders" })).toBeUndefined();
      const links = await waysBack(email);
      expect(links).toHaveLength(7);
      expect(await goBack(visitor(context), { token: links.at(by === "the first mail" ? 0 : -1) ?? "", everywhere: false })).toHaveProperty("ended");
      const known = await context.db.select({ id: devices.id }).from(devices).where(and(eq(devices.userId, begun.user.id), isNull(devices.forgottenAt)));
      const ids = known.map(({ id }) => id);
      expect(ids, by).not.toContain(last.session.device.id);
      expect(ids, "the owner's").toContain(begun.session.device.id);
      if (by === "the first mail") expect(ids).toEqual([begun.session.device.id]);
    }
  });

  test("of what was done by a session that has no mail of its own forgets its device, and ends all on it", async () => {
    const { email, begun } = await provenAccount(context, inbox);
    const browser = newBrowser();
    const other = await signedIn(email, browser);
    const thief = await signedIn(email, browser);
    await context.db.update(outgoingMails).set({ droppedAt: sql`clock_timestamp()`, dueAt: null }).where(eq(outgoingMails.userId, begun.user.id));
    await change({ ...visitor(context), actor: { kind: "user", userId: begun.user.id, sessionId: thief.session.id } }, thief);
    await context.db.update(sessions).set({ createdAt: sql`${sessions.createdAt} - interval '1 hour'` }).where(eq(sessions.userId, begun.user.id));
    expect(await goBack(visitor(context), { token: tokenIn(await newestMail(context, inbox, email, /\/undo\b/), "undo"), everywhere: false })).toMatchObject({ ended: 2 });
    expect([await stateOf(begun), await stateOf(other), await stateOf(thief)]).toEqual(["authenticated", "anonymous", "anonymous"]);
    const known = await context.db.select({ id: devices.id }).from(devices).where(and(eq(devices.userId, begun.user.id), isNull(devices.forgottenAt)));
    expect(known).toEqual([{ id: begun.session.device.id }]);
  });

  test("that an address is the account's now is not sent when it is no more", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    const email = await change(user, begun);
    await sendAll(context);
    const told = (await inbox.mails(email)).length;
    // Its server said to come again; meanwhile the owner undid the change.
    const undo = tokenIn(await newestMail(context, inbox, old, /\/undo\b/), "undo");
    expect(isFailure(await goBack(visitor(context), { token: undo }))).toBe(false);
    const notice = and(eq(outgoingMails.userId, begun.user.id), eq(outgoingMails.kind, "email_changed_notice"), isNull(outgoingMails.droppedAt));
    await context.db.update(outgoingMails).set({ dueAt: sql`clock_timestamp()` }).where(notice);
    await sendAll(context);
    expect((await inbox.mails(email)).length).toBe(told);
  });

  test("with a link to a new password does not follow the account to another address", async () => {
    const { email: old, user, begun } = await provenAccount(context, inbox);
    await askForReset(visitor(context), old, null);
    await sendAll(context);
    const email = await change(user, begun);
    await context.db.update(outgoingMails).set({ dueAt: sql`clock_timestamp()` }).where(and(eq(outgoingMails.userId, begun.user.id), eq(outgoingMails.kind, "forgotten")));
    await sendAll(context);
    expect((await inbox.mails(email)).some(({ text }) => text.includes("/reset"))).toBe(false);
  });
});

test("asking for codes to a proven address, as a borrowed session can, keeps nobody from a change", async () => {
  const { user, begun } = await provenAccount(context, inbox);
  for (let at = 0; at < 25; at++) expect(await beginEmailProof(user, "browser")).toMatchObject({ failure: "conflict" });
  await change(user, begun);
});

test("of attempts begun at once in one browser one stays", async () => {
  for (let round = 0; round < 5; round++) {
    const browser = newBrowser();
    await Promise.all(Array.from({ length: 4 }, () => beginSignUp(context, newAddress(), browser)));
    const open = await context.db.select({ id: attempts.id }).from(attempts).where(and(eq(attempts.browserId, browser.browserId), isNull(attempts.revokedAt)));
    expect(open).toHaveLength(1);
  }
});

test("a code that ran out while its request was stopped is not spent", async () => {
  const email = newAddress();
  const credential = await beginSignUp(context, email);
  const code = codeIn(await newestMail(context, inbox, email));
  // Compared by a process whose clock stands still.
  const stopped: Context = { ...visitor(context), clock: { now: () => Date.now() - 11 * 60_000 } };
  await context.db.update(attempts).set({ codes: sql`jsonb_set(${attempts.codes}, '{0,expiresAt}', to_jsonb(to_char((clock_timestamp() - interval '1 minute') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))` }).where(eq(attempts.id, credential.a));
  expect(await proveAttempt(stopped, credential, { method: "email_code", code }, { prior: null })).toMatchObject({ failure: "attempt_over" });
});
