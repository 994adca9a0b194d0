import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { passkeys, users } from "@/db/schema";
import { isBegunAttempt } from "@/lib/auth/complete-sign-in";
import { challengeRegistration, challengeSignIn } from "@/lib/auth/make-challenge";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { registerPasskey } from "@/lib/auth/register-passkey";
import { signIn } from "@/lib/auth/sign-in";
import { signInByPasskey } from "@/lib/auth/sign-in-by-passkey";
import { signUp } from "@/lib/auth/sign-up";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { endSession } from "@/lib/sessions/end-session";
import { query } from "@/scripts/servers/query";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { heldBack } from "@/tests/support/held-back";
import { attestationCertificate } from "@/tests/support/attestation-certificate";
import { trust } from "@/tests/support/sessions";
import { type Cbor, type Deviation, signed } from "@/tests/support/software-authenticator";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, tally, visitor } from "./account";
import { accountWithPasskey, authenticator, newPasskey, NO, signedIn, signInWith } from "./passkey-account";
import { codeIn, newAddress, newestMail, provenAccount } from "./proving";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

const sessionsOf = async (userId: string) => (await query<{ count: number }>(world.databaseUrl, "select count(*)::int as count from sessions where user_id = $1 and ended_at is null", [userId]))[0]?.count;

const deviations: [string, Deviation][] = [
  ["made for another site", { rpId: "evil.example" }],
  ["given on another site", { origin: "https://evil.example" }],
  ["given on another port", { origin: "http://localhost:3001" }],
  ["given in a frame of another site", { crossOrigin: true }],
  ["without its owner verified", { userVerified: false }],
  ["without anybody present", { userPresent: false }],
  ["to another challenge", { challenge: "A".repeat(43) }],
];

describe("an answer", () => {
  test.each<[string, Deviation]>([
    ...deviations,
    ["of the making of one", { type: "webauthn.create" }],
    ["for another account", { userHandle: Buffer.from(newId()).toString("base64url") }],
    ["for no account", { userHandle: null }],
  ])("%s opens nothing", async (_, deviation) => {
    const { soft, userId } = await accountWithPasskey(context, inbox);
    expect(await signInWith(context, soft, newBrowser(), deviation)).toEqual(NO);
    expect(await sessionsOf(userId)).toBe(1);
    expect(signedIn(await signInWith(context, soft, newBrowser())).user.id).toBe(userId);
  });

  test("signed by another key, of an unknown passkey, of a disabled account or of no shape at all is refused like any other", async () => {
    const { soft, userId } = await accountWithPasskey(context, inbox);
    const stranger = await accountWithPasskey(context, inbox);
    expect(await signInWith(context, { ...soft, privateKey: stranger.soft.privateKey }, newBrowser())).toEqual(NO);
    expect(await signInWith(context, { ...soft, id: Buffer.from(newId()).toString("base64url") }, newBrowser())).toEqual(NO);
    const browser = newBrowser();
    for (const response of [{}, { id: "a" }, { ...authenticator.get((await challengeSignIn(context, browser.browserId)).options, soft), type: "other" }, { id: soft.id, rawId: soft.id, type: "public-key", response: { clientDataJSON: "e30", authenticatorData: "AA", signature: "AA", userHandle: soft.userHandle } }]) {
      const { challenge } = await challengeSignIn(context, browser.browserId);
      expect(await signInByPasskey(visitor(context), { response, challenge }, browser)).toEqual(NO);
    }
    await context.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, userId));
    expect(await signInWith(context, soft, newBrowser())).toEqual(NO);
  });

  test("is written down like a wrong password, of the account that it seemed to be for", async () => {
    const { soft, userId } = await accountWithPasskey(context, inbox);
    await signInWith(context, soft, newBrowser(), { userVerified: false });
    await vi.waitFor(async () => expect(await query(world.databaseUrl, "select detail ->> 'what' as what from events where user_id = $1 and type = 'sign_in.failed'", [userId])).toEqual([{ what: "passkey" }]), 5_000);
  });

  test("that is wrong counts for its network, like a wrong password", async () => {
    const { soft } = await accountWithPasskey(context, inbox);
    const browser = newBrowser();
    const network = visitor(context);
    async function wrong() {
      const { options, challenge } = await challengeSignIn(context, browser.browserId);
      return signInByPasskey(network, { response: authenticator.get(options, soft, { userVerified: false }), challenge }, browser);
    }
    const outcomes = [];
    for (let at = 0; at < 11; at++) outcomes.push(...(await Promise.all(Array.from({ length: 10 }, wrong))));
    expect(tally(outcomes)).toEqual({ invalid_credentials: 100, rate_limited: 10 });
  });
});

describe("the making of a passkey", () => {
  /** As good as any vendor's. */
  const certified: Deviation["attestation"] = (toSign) => {
    const { certificate, privateKey } = attestationCertificate();
    return { format: "packed", statement: new Map<string, Cbor>([["alg", -7], ["sig", signed({ algorithm: "ES256", privateKey }, toSign)], ["x5c", [certificate]]]) };
  };
  const byItself: Deviation["attestation"] = (toSign, made) => ({ format: "packed", statement: new Map<string, Cbor>([["alg", -7], ["sig", signed(made, toSign)]]) });

  test("is taken from an authenticator that signs for itself though nobody asked it to", async () => {
    const browser = newBrowser();
    const { passkey } = await newPasskey(context, browser, { attestation: byItself });
    expect(tally([await signUp(visitor(context), { email: newAddress(), passkey, name: "Zo Li" }, browser)])).toEqual({ ok: 1 });
  });

  test.each<[string, Deviation]>([...deviations, ["of an answer", { type: "webauthn.get" }], ["with certificates that nobody asked for", { attestation: certified }], ["attested as nothing we know", { attestation: () => ({ format: "tpm", statement: new Map() }) }]])("%s adds nothing", async (_, deviation) => {
    const { user, begun } = await provenAccount(context, inbox);
    const shown = { secret: begun.proof };
    const asked = await challengeRegistration(user, shown);
    if (isFailure(asked)) throw new Error(asked.failure);
    const { response } = authenticator.create(asked.options, deviation);
    expect(await registerPasskey(user, { response, challenge: asked.challenge }, shown)).toMatchObject({ failure: "invalid_input" });
    const browser = newBrowser();
    const { passkey } = await newPasskey(context, browser, deviation);
    expect(await signUp(visitor(context), { email: newAddress(), passkey, name: "Zo Li" }, browser)).toMatchObject({ failure: "invalid_input" });
  });

  test("of one that is known here already is refused, whosever it is and wherever it is tried", async () => {
    const owner = await accountWithPasskey(context, inbox);
    const thief = await provenAccount(context, inbox);
    for (const { user, begun } of [owner, thief]) {
      const asked = await challengeRegistration(user, { secret: begun.proof });
      if (isFailure(asked)) throw new Error(asked.failure);
      const { response } = authenticator.create(asked.options, { id: owner.soft.id });
      expect(await registerPasskey(user, { response, challenge: asked.challenge }, { secret: begun.proof })).toMatchObject({ failure: "conflict" });
    }
    const [browser, email] = [newBrowser(), newAddress()];
    const { passkey } = await newPasskey(context, browser, { id: owner.soft.id });
    const begun = await signUp(visitor(context), { email, passkey, name: "Zo Li" }, browser);
    if (isFailure(begun) || !isBegunAttempt(begun)) throw new Error("no attempt");
    expect(await proveAttempt(visitor(context), begun.credential, { method: "email_code", code: codeIn(await newestMail(context, inbox, email)) }, browser)).toMatchObject({ failure: "conflict" });
    expect(signedIn(await signInWith(context, owner.soft, newBrowser())).user.id).toBe(owner.userId);
  });

  test("that is held back comes to nothing when its session has ended meanwhile, or a way in was changed", async () => {
    const { user, begun, userId } = await accountWithPasskey(context, inbox);
    const other = signedIn(await signIn(visitor(context), { email: begun.user.email, password: PASSWORD }, newBrowser()));
    for (const [who, proof, meanwhile] of [
      [{ ...user, actor: { ...user.actor, sessionId: other.session.id } }, other.proof, () => endSession(user, other.session.id)],
      [user, begun.proof, () => context.db.update(users).set({ ways: 99 }).where(eq(users.id, userId))],
    ] as const) {
      const asked = await challengeRegistration(who, { secret: proof });
      if (isFailure(asked)) throw new Error(asked.failure);
      const late = heldBack<UserContext>(who);
      const adding = registerPasskey(late.held, { response: authenticator.create(asked.options).response, challenge: asked.challenge }, { secret: proof });
      await late.waits;
      await meanwhile();
      late.letGo();
      expect(tally([await adding])).not.toHaveProperty("ok");
    }
    expect(await context.db.select().from(passkeys).where(eq(passkeys.userId, userId))).toHaveLength(1);
  });
});
