import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, identities, outgoingMails, users } from "@/db/schema";
import { listFactors } from "@/lib/auth/list-factors";
import { readOwnSession } from "@/lib/auth/own-session";
import { proveSession } from "@/lib/auth/prove-session";
import { waysToProve } from "@/lib/auth/require-proof";
import { unlinkIdentity } from "@/lib/auth/unlink-identity";
import type { Context, UserContext } from "@/lib/core/context";
import { fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import type { Identity } from "@/lib/factors/schema";
import { beginLink, linkIdentity } from "@/lib/providers/link-identity";
import { beginProof, proveByProvider } from "@/lib/providers/prove-by-provider";
import { PASSWORD, tally } from "@/tests/integration/auth/account";
import { good, withTotp } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount, sendAll } from "@/tests/integration/auth/proving";
import type { TestMail } from "@/tests/support/test-mail";
import { account, come, entered, link, openProvidersWorld, ownerOf, somebody, spent, userOf } from "./identities";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  ({ inbox, context } = await openProvidersWorld());
});

const linkedTo = (userId: string) => context.db.select().from(identities).where(eq(identities.userId, userId)).orderBy(identities.id);

describe("linking within a session", () => {
  test("adds a way in, tells its owner, and changes nobody's proof but the others'", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    const { userId } = user.actor;
    const before = await account(context, userId);
    const identity = somebody();
    const linked = good(await link(user, begun.proof, identity));
    expect(linked).toEqual({ id: expect.any(String) as string, provider: "google", label: "Google", email: identity.email, createdAt: expect.any(String) as string, lastUsedAt: null });
    expect((await account(context, userId)).ways).toBe(before.ways + 1);
    expect(await linkedTo(userId)).toMatchObject([{ number: before.ways + 1 }]);
    expect(await listFactors(user)).toMatchObject({ identities: [linked] });
    const [event] = await context.db.select().from(events).where(sql`${events.userId} = ${userId} and ${events.type} = 'identity.linked'`);
    expect(event).toMatchObject({ sessionId: user.actor.sessionId, detail: { provider: "google", name: "Google" } });
    const mail = await newestMail(context, inbox, email, /Google/);
    expect(mail.subject).toBe("Another way to sign in to your account was linked · Latchkey");
    expect(mail.text).toContain(identity.email);
    // The session that made the change keeps its proof.
    expect(await beginLink(user, { secret: begun.proof })).toEqual({ ways: before.ways + 1 });
  });

  test("asks for a step-up at the start and at the end, of this very session", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    expect(await beginLink(user, { secret: "no" })).toMatchObject({ failure: "proof_required", ways: ["password"] });
    expect(await link(user, "no", somebody())).toMatchObject({ failure: "proof_required" });
    const { ways } = good(await beginLink(user, { secret: begun.proof }));
    await context.db.update(users).set({ ways: ways + 1 }).where(eq(users.id, user.actor.userId));
    expect(await linkIdentity(user, { identity: somebody(), proof: { secret: begun.proof }, ways, spend: spent })).toMatchObject({ failure: "proof_required" });
  });

  test("comes to nothing where something was changed on the way, what it came by could not be spent, or it is linked", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const identity = somebody();
    const proof = { secret: begun.proof };
    const { ways } = good(await beginLink(user, proof));
    expect(await linkIdentity(user, { identity, proof, ways: ways - 1, spend: spent })).toMatchObject({ failure: "conflict" });
    expect(await linkIdentity(user, { identity, proof, ways, spend: async () => fail("attempt_over") })).toEqual(fail("attempt_over"));
    expect(await ownerOf(context, identity)).toBeNull();
    good(await link(user, begun.proof, identity));
    const other = await provenAccount(context, inbox);
    expect(await link(other.user, other.begun.proof, identity)).toMatchObject({ failure: "conflict", detail: "This account of Google is linked already, here or to another account." });
    expect(await ownerOf(context, identity)).toBe(user.actor.userId);
  });

  test("adds nothing to an account whose address nobody has proven", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    await context.db.update(users).set({ emailVerified: false }).where(eq(users.id, user.actor.userId));
    expect(await beginLink(user, { secret: begun.proof })).toMatchObject({ failure: "conflict", detail: "Confirm your email address first." });
    expect(await link(user, begun.proof, somebody())).toMatchObject({ failure: "conflict" });
  });

  test("by two accounts at once gives it to one of them; by one twice, once", async () => {
    const [one, two] = [await provenAccount(context, inbox), await provenAccount(context, inbox)];
    const identity = somebody();
    expect(tally(await Promise.all([one, two, one].map(({ user, begun }) => link(user, begun.proof, identity))))).toEqual({ ok: 1, conflict: 2 });
  });

  test("while its identity signs somebody up: it is one account's", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const identity = somebody();
    const [linked, came] = await Promise.all([link(user, begun.proof, identity), come(context, identity)]);
    const owner = await ownerOf(context, identity);
    expect(tally([linked, came])).toSatisfy((counts: Record<string, number>) => counts.ok === 2 || (counts.ok === 1 && counts.conflict === 1));
    expect(owner).not.toBeNull();
    expect(await context.db.select().from(users).where(eq(users.email, identity.email as string))).toHaveLength(owner === user.actor.userId ? 0 : 1);
  });

  test("the mail about it is dropped when it is unlinked before that goes", async () => {
    const { user, begun, email } = await provenAccount(context, inbox);
    await sendAll(context);
    const linked = good(await link(user, begun.proof, somebody()));
    expect(await unlinkIdentity(user, linked.id, { secret: begun.proof })).toBeUndefined();
    await sendAll(context);
    expect((await inbox.mails(email)).map(({ subject }) => subject)).not.toContain("Another way to sign in to your account was linked · Latchkey");
    expect(await context.db.select().from(outgoingMails).where(sql`${outgoingMails.userId} = ${user.actor.userId} and ${outgoingMails.kind} = 'identity_linked'`)).toMatchObject([{ droppedAt: expect.any(Date) as Date }]);
    expect((await newestMail(context, inbox, email)).subject).toBe("A way to sign in to your account was unlinked · Latchkey");
  });
});

/** An account that nothing but another provider opens, with the proof that its making was. */
async function accountOfProvider(provider = "google") {
  const identity = somebody({ provider });
  const begun = entered(await come(context, identity));
  const user = userOf(context, begun);
  const { identities: [linked] } = good(await listFactors(user));
  return { identity, begun, user, linked: linked as Identity };
}

describe("unlinking", () => {
  test("takes a way in away, but never the last one; two at once are not the last two", async () => {
    const { user, begun, linked } = await accountOfProvider();
    const shown = { secret: begun.proof };
    expect(await unlinkIdentity(user, linked.id, shown)).toMatchObject({ failure: "conflict", detail: expect.stringMatching(/^Nothing else would open/) as string });
    const other = good(await link(user, begun.proof, somebody({ provider: "acme" })));
    const results = await Promise.all([linked, other].map(({ id }) => unlinkIdentity(user, id, shown)));
    expect(tally(results)).toEqual({ ok: 1, conflict: 1 });
    expect(await linkedTo(user.actor.userId)).toHaveLength(1);
  });

  test("asks for a step-up, and for one's own", async () => {
    const { user, begun, linked } = await accountOfProvider();
    const stranger = await provenAccount(context, inbox);
    expect(await unlinkIdentity(user, linked.id, { secret: "no" })).toMatchObject({ failure: "proof_required" });
    for (const id of [linked.id, newId(), "no id"]) expect(await unlinkIdentity(stranger.user, id, { secret: stranger.begun.proof })).toEqual(fail("not_found"));
    expect(await unlinkIdentity(user, newId(), { secret: begun.proof })).toEqual(fail("not_found"));
    expect(await linkedTo(user.actor.userId)).toHaveLength(1);
  });

  test("where the operator has taken the provider away it opens nothing, and can go", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    await link(user, begun.proof, somebody({ provider: "gone" }));
    const factors = good(await listFactors(user));
    expect(factors.identities).toMatchObject([{ provider: "gone", label: "gone" }]);
    await context.db.update(users).set({ passwordHash: null }).where(eq(users.id, user.actor.userId));
    expect(await unlinkIdentity(user, factors.identities[0]?.id ?? "", { secret: begun.proof })).toBeUndefined();
  });
});

describe("another provider as a step-up", () => {
  const own = async (user: UserContext) => waysToProve(good(await readOwnSession(user)));
  const now = () => new Date(context.clock.now());

  /** Comes back, just after it was sent there. */
  async function prove(user: UserContext, identity: ReturnType<typeof somebody>, more: { authenticatedAt?: Date | null; startedAt?: Date; ways?: number } = {}) {
    const { authenticatedAt = now(), startedAt = now(), ways = (await account(context, user.actor.userId)).ways } = more;
    return proveByProvider(user, { identity: { ...identity, authenticatedAt }, ways, startedAt, spend: spent });
  }

  test("is the way of an account that nothing else opens, and counts when its owner has just signed in there", async () => {
    const { user, identity } = await accountOfProvider("acme");
    expect(await own(user)).toEqual(["provider:acme"]);
    expect(await beginProof(user, "acme")).toEqual({ ways: 0 });
    const { secret } = good(await prove(user, identity));
    expect(await beginLink(user, { secret })).toEqual({ ways: 0 });
    // It is given at the provider, and not here.
    expect(await proveSession(user, { method: "provider:acme" })).toEqual(fail("proof_required", { ways: ["provider:acme"] }));
  });

  test.each([
    ["that does not say when", () => ({ authenticatedAt: null })],
    ["that says that it was before they were sent there", () => ({ authenticatedAt: new Date(context.clock.now() - 5 * 60_000) })],
    ["that says that it was longer ago than a step-up counts", () => ({ authenticatedAt: new Date(context.clock.now() - 11 * 60_000), startedAt: new Date(context.clock.now() - 20 * 60_000) })],
    ["that says that it will be", () => ({ authenticatedAt: new Date(context.clock.now() + 5 * 60_000) })],
  ])("a word %s is none", async (_what, more) => {
    const { user, identity } = await accountOfProvider("acme");
    expect(await prove(user, identity, more())).toMatchObject({ failure: "invalid_credentials" });
  });

  test("is not another's, nor one of before a change", async () => {
    const { user, identity } = await accountOfProvider("acme");
    expect(await prove(user, somebody({ provider: "acme" }))).toMatchObject({ failure: "invalid_credentials" });
    const other = await accountOfProvider("acme");
    expect(await prove(user, other.identity)).toMatchObject({ failure: "invalid_credentials" });
    expect(await prove(user, identity, { ways: 7 })).toMatchObject({ failure: "conflict" });
  });

  test("is none where the account has something of its own, or the provider cannot say when", async () => {
    const { user, begun } = await provenAccount(context, inbox);
    const identity = somebody({ provider: "acme" });
    good(await link(user, begun.proof, identity));
    expect(await prove(user, identity)).toEqual(fail("proof_required", { ways: ["password"] }));
    await withTotp(user, good(await proveSession(user, { method: "password", password: PASSWORD })).secret);
    expect(await beginProof(user, "acme")).toMatchObject({ failure: "proof_required", ways: ["totp", "recovery_code"] });
    const google = await accountOfProvider("google");
    expect(await own(google.user)).toEqual(["email_code"]);
    expect(await prove(google.user, google.identity)).toEqual(fail("proof_required", { ways: ["email_code"] }));
  });
});
