import { and, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, outgoingMails, passkeys, recoveryCodes, users } from "@/db/schema";
import { codeLimits } from "@/lib/auth/attempt-limits";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { beginTotp } from "@/lib/auth/begin-totp";
import { listFactors } from "@/lib/auth/list-factors";
import { makeRecoveryCodes } from "@/lib/auth/make-recovery-codes";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { proveSession } from "@/lib/auth/prove-session";
import { signUp } from "@/lib/auth/sign-up";
import type { Context, UserContext } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { type Attempt, reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { openTestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newAccount, newBrowser, PASSWORD } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, withTotp } from "./factors";
import { codeIn, newAddress, newestMail, provenAccount } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

async function account() {
  const made = await provenAccount(context, inbox);
  return { ...made, ...(await withTotp(made.user, made.begun.proof)), proof: { secret: made.begun.proof } };
}

const stored = ({ actor }: UserContext) => context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, actor.userId));
const left = async (user: UserContext) => good(await listFactors(user)).recoveryCodesLeft;

describe("a recovery code", () => {
  test("signs in in place of the second step, once, however it is typed; its owner is told how many are left", async () => {
    const { user, email, codes } = await account();
    const [code = "", other = ""] = codes;
    const typed = ` ${code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")} `;
    signedIn(await give(context, await askedForSecond(context, email), "recovery_code", typed));
    expect(await left(user)).toBe(9);
    const attempt = await askedForSecond(context, email);
    expect(await give(context, attempt, "recovery_code", code)).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
    const used = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "recovery_code.used")));
    expect(used.map(({ detail }) => detail)).toEqual([{ left: 9 }]);
    expect((await newestMail(context, inbox, email, /recovery code/)).text).toContain("9 are left");
    signedIn(await give(context, attempt, "recovery_code", other));
    expect(await left(user)).toBe(8);
  });

  test("is its owner's doing, whoever else is signed in in the browser where it is typed", async () => {
    const [{ user, email, codes }, other] = [await account(), await account()];
    const attempt = await askedForSecond(context, email);
    signedIn(await proveAttempt(other.user, attempt, { method: "recovery_code", code: codes[0] ?? "" }, { prior: null }));
    const [event] = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "recovery_code.used")));
    expect(event).toMatchObject({ actor: "user", actorUserId: null, sessionId: null });
    const begun = good(await signUp(other.user, { email: newAddress(), password: PASSWORD, name: "Zo Li" }, newBrowser()));
    if (!("attempt" in begun)) throw new Error("signed in at once");
    const code = codeIn(await newestMail(context, inbox, begun.attempt.email));
    const made = signedIn(await proveAttempt(other.user, begun.credential, { method: "email_code", code }, { prior: null }));
    const [created] = await context.db.select().from(events).where(and(eq(events.userId, made.user.id), eq(events.type, "account.created")));
    expect(created).toMatchObject({ actor: "user", actorUserId: null });
  });

  test("steps up too, and is used by that", async () => {
    const { user, email, codes } = await account();
    good(await proveSession(user, { method: "recovery_code", code: codes[0] ?? "" }));
    expect(await give(context, await askedForSecond(context, email), "recovery_code", codes[0] ?? "")).toMatchObject({ failure: "invalid_code" });
    expect(await left(user)).toBe(9);
    const [event] = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "recovery_code.used")));
    expect(event?.sessionId).toBe(user.actor.sessionId);
  });

  test("stands nowhere but its first letters, and of another account it is worth nothing", async () => {
    const [one, other] = [await account(), await account()];
    const rows = await stored(one.user);
    expect(rows.map(({ selector }) => selector).sort()).toEqual(one.codes.map((code) => code.slice(0, 4)).sort());
    for (const { hash } of rows) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    for (const code of one.codes) expect(JSON.stringify(rows)).not.toContain(code.replaceAll("-", "").slice(4));
    expect(await give(context, await askedForSecond(context, one.email), "recovery_code", other.codes[0] ?? "")).toMatchObject({ failure: "invalid_code" });
  });

  test("that is wrong is as much work whether or not its first letters are right", async () => {
    const { email, codes } = await account();
    const times: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
    for (let round = 0; round < 4; round++) {
      const credential = await askedForSecond(context, email, undefined);
      for (const [kind, selector] of [["known", codes[round]?.slice(0, 4)], ["unknown", "UUUU"]] as const) {
        const from = performance.now();
        expect(await give(context, credential, "recovery_code", `${selector}-0000-0000-0000`)).toMatchObject({ failure: "invalid_code" });
        times[kind].push(performance.now() - from);
      }
    }
    const [known, unknown] = [Math.min(...times.known), Math.min(...times.unknown)];
    expect(unknown / known).toBeGreaterThan(0.6);
  });

  test("is asked for while there is one, and made anew with the next app when there is none", async () => {
    const { user, email, codes, proof } = await account();
    await context.db.update(recoveryCodes).set({ usedAt: new Date() }).where(eq(recoveryCodes.userId, user.actor.userId));
    expect(await give(context, await askedForSecond(context, email), "recovery_code", codes[0] ?? "")).toMatchObject({ failure: "attempt_over" });
    const { secret } = good(await beginTotp(user, proof));
    expect(good(await confirmTotp(user, { code: codeNow(context, secret) }, proof)).recoveryCodes).toHaveLength(10);
    expect(await left(user)).toBe(10);
  });
});

describe("new recovery codes", () => {
  test("take the place of all before them, and kill what was under way", async () => {
    const { user, email, codes, proof } = await account();
    const begun = await askedForSecond(context, email);
    const { recoveryCodes: fresh } = good(await makeRecoveryCodes(user, proof));
    expect(fresh).toHaveLength(10);
    expect(fresh.filter((code) => codes.includes(code))).toEqual([]);
    expect(await give(context, begun, "recovery_code", fresh[0] ?? "")).toMatchObject({ failure: "attempt_over" });
    const attempt = await askedForSecond(context, email);
    expect(await give(context, attempt, "recovery_code", codes[1] ?? "")).toMatchObject({ failure: "invalid_code" });
    signedIn(await give(context, attempt, "recovery_code", fresh[0] ?? ""));
    const added = await context.db.select().from(events).where(and(eq(events.userId, user.actor.userId), eq(events.type, "factor.added")));
    expect(added.map(({ detail }) => detail)).toEqual([{ what: "totp" }, { what: "recovery_codes" }]);
  });

  test("need a step-up, and a second step", async () => {
    const { user } = await account();
    expect(await makeRecoveryCodes(user, { secret: null })).toMatchObject({ failure: "proof_required", ways: ["totp", "recovery_code"] });
    const bare = await provenAccount(context, inbox);
    const proof = { secret: bare.begun.proof };
    expect(await makeRecoveryCodes(bare.user, proof)).toMatchObject({ failure: "conflict" });
    // A passkey is a second factor once its owner asks for one.
    await context.db.insert(passkeys).values({ id: newId(), userId: bare.user.actor.userId, credentialId: newId(), publicKey: "key", counter: 0, synced: false, name: "Key", number: 1 });
    expect(await makeRecoveryCodes(bare.user, proof)).toMatchObject({ failure: "conflict" });
    await context.db.update(users).set({ secondStep: true }).where(eq(users.id, bare.user.actor.userId));
    expect(good(await makeRecoveryCodes(bare.user, proof)).recoveryCodes).toHaveLength(10);
  });

  test("that are held back come to nothing when something else was changed meanwhile, and the old ones stay", async () => {
    const { user, codes, email, proof } = await account();
    const late = heldBack<UserContext>(user);
    const making = makeRecoveryCodes(late.held, proof);
    await late.waits;
    good(await makeRecoveryCodes(user, proof));
    late.letGo();
    expect(await making).toMatchObject({ failure: "conflict" });
    expect(await left(user)).toBe(10);
    expect(await give(context, await askedForSecond(context, email), "recovery_code", codes[0] ?? "")).toMatchObject({ failure: "invalid_code" });
  });

  test("are not made without end", async () => {
    const { user, proof, codes } = await account();
    const limits = codeLimits(user);
    // The first came with the app.
    for (let made = 1; made < 20; made++) await good<Attempt>(await reserveAttempt(user, limits, Infinity)).settle(limits);
    expect(await makeRecoveryCodes(user, proof)).toMatchObject({ failure: "rate_limited", retryAfter: expect.toSatisfy((seconds: number) => seconds > 3000) as number });
    expect((await stored(user)).map(({ selector }) => selector)).toContain(codes[0]?.slice(0, 4));
  });

  test("where there is no mail a used one is an event and no mail", async () => {
    const { context: mailless } = await openTestWorld({ HASH_THREADS: "2" });
    await trust(mailless);
    const { user, begun, email } = await newAccount(mailless);
    const { codes } = await withTotp(user, begun.proof);
    signedIn(await give(mailless, await askedForSecond(mailless, email), "recovery_code", codes[0] ?? ""));
    expect(await mailless.db.select().from(outgoingMails)).toEqual([]);
  });
});
