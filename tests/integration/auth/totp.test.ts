import { eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { events, sessions, totpFactors, users } from "@/db/schema";
import { beginTotp } from "@/lib/auth/begin-totp";
import { confirmTotp } from "@/lib/auth/confirm-totp";
import { listFactors } from "@/lib/auth/list-factors";
import { pendingTotp } from "@/lib/auth/pending-totp";
import { proveSession } from "@/lib/auth/prove-session";
import { removeTotp } from "@/lib/auth/remove-totp";
import { reseal } from "@/lib/auth/reseal";
import { signIn } from "@/lib/auth/sign-in";
import type { Context, UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { keepTrust } from "@/lib/sessions/ledger/keep";
import { openTestWorld } from "@/tests/support/context";
import { newAccount, newBrowser, PASSWORD, visitor } from "./account";
import { askedForSecond, codeNow, give, good, signedIn, userOf, withTotp } from "./factors";

let context: Context;

beforeAll(async () => {
  ({ context } = await openTestWorld({ HASH_THREADS: "2" }));
  await keepTrust(context).once();
});

async function eventsOf(userId: string, type: "factor.added" | "factor.removed") {
  return (await context.db.select().from(events).where(eq(events.userId, userId))).filter((event) => event.type === type).map(({ detail }) => detail);
}

describe("an authenticator app", () => {
  test("is on once a code of it was typed, and brings recovery codes", async () => {
    const { user, begun } = await newAccount(context);
    const proof = { secret: begun.proof };
    const { secret, uri } = good(await beginTotp(user, proof));
    expect(uri).toContain(secret);
    expect(good(await listFactors(user))).toMatchObject({ totp: false, secondStep: false, recoveryCodesLeft: 0 });
    expect(await pendingTotp(user, proof)).toEqual({ secret, uri });
    const typed = codeNow(context, secret);
    const { recoveryCodes } = good(await confirmTotp(user, { code: `${typed.slice(0, 3)} ${typed.slice(3)}` }, proof));
    expect(recoveryCodes).toHaveLength(10);
    expect(good(await listFactors(user))).toEqual({ password: true, secondStep: true, totp: true, passkeys: [], identities: [], recoveryCodesLeft: 10 });
    expect(await eventsOf(user.actor.userId, "factor.added")).toEqual([{ what: "totp" }]);
    const [row] = await context.db.select().from(totpFactors).where(eq(totpFactors.userId, user.actor.userId));
    expect(row).toMatchObject({ sessionId: null, expiresAt: null, number: 1, ways: 0 });
    expect(JSON.stringify(row)).not.toContain(secret);
  });
});

test("signs in", async () => {
  const { user, begun, email } = await newAccount(context);
  const { secret } = await withTotp(user, begun.proof);
  const attempt = await askedForSecond(context, email);
  expect(await give(context, attempt, "totp", "000000")).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
  expect(signedIn(await give(context, attempt, "totp", codeNow(context, secret)))).toHaveProperty("session");
  expect(await give(context, await askedForSecond(context, email), "totp", codeNow(context, secret))).toMatchObject({ failure: "invalid_code", triesLeft: 4 });
});
