import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { accountDeletions, outgoingMails } from "@/db/schema";
import { isBegunAttempt, type SignedInNow } from "@/lib/auth/complete-sign-in";
import { goBack } from "@/lib/auth/go-back";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { askForDeletion } from "@/lib/leaving/ask-for-deletion";
import { keepAccount } from "@/lib/leaving/keep-account";
import { authenticate } from "@/lib/sessions/authenticate";
import { newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { good, signedIn, userOf } from "@/tests/integration/auth/factors";
import { newestMail, provenAccount, tokenIn } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env }));
  await trust(context);
});

const password = async (email: string) => good(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()));

async function enters(email: string): Promise<SignedInNow> {
  const begun = await password(email);
  if (isBegunAttempt(begun)) throw new Error("more is asked");
  return begun;
}

/** Until when the oldest way back of the account is open. */
async function openUntil(userId: string): Promise<Date | null | undefined> {
  const [mail] = await context.db.select({ at: outgoingMails.linkExpiresAt }).from(outgoingMails).where(and(eq(outgoingMails.userId, userId), isNotNull(outgoingMails.number))).orderBy(asc(outgoingMails.id)).limit(1);
  return mail?.at;
}

test("a stranger's wish to delete the account is taken back as late as it stands", async () => {
  const { email, user, begun } = await provenAccount(context, inbox);
  const stranger = await enters(email);
  const token = tokenIn(await newestMail(context, inbox, email, /device that it did not know/), "not-me");
  const { dueAt } = good(await askForDeletion(userOf(context, stranger), { secret: stranger.proof }));
  expect((await openUntil(user.actor.userId))?.toISOString()).toBe(dueAt);
  // Ten days later.
  await context.db.execute(sql`update outgoing_mails set created_at = created_at - interval '10 days', link_expires_at = link_expires_at - interval '10 days' where user_id = ${user.actor.userId}`);
  expect(await goBack(visitor(context), { token })).toHaveProperty("ended");
  expect(await context.db.select().from(accountDeletions).where(eq(accountDeletions.userId, user.actor.userId))).toEqual([]);
  expect((await authenticate(visitor(context), begun.credential, { use: true })).state).toBe("anonymous");
});

test("once the account is kept a way back ends when it would have, and one that was over stays so", async () => {
  const { email, user } = await provenAccount(context, inbox);
  const { userId } = user.actor;
  const owner = await enters(email);
  const usual = await openUntil(userId);
  good(await askForDeletion(userOf(context, owner), { secret: owner.proof }));
  const kept = await password(email);
  if (!isBegunAttempt(kept)) throw new Error("signed in");
  const again = signedIn(await keepAccount(visitor(context), kept.credential, { prior: null }));
  expect(Math.abs(Number(await openUntil(userId)) - Number(usual))).toBeLessThan(5);

  await context.db.execute(sql`update outgoing_mails set created_at = created_at - interval '8 days', link_expires_at = link_expires_at - interval '8 days' where user_id = ${userId}`);
  const over = await openUntil(userId);
  good(await askForDeletion(userOf(context, again), { secret: again.proof }));
  expect(await openUntil(userId)).toEqual(over);
});
