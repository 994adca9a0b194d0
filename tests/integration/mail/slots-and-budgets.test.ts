import { setTimeout as sleep } from "node:timers/promises";
import { and, eq, isNull, sql } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { outgoingMails } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { prepareMail } from "@/lib/auth/prepare-mail";
import { signIn } from "@/lib/auth/sign-in";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { doDueJobs, takeDueJobs } from "@/lib/jobs/do-due-jobs";
import { mailQueue } from "@/lib/mail/mail-queue";
import { newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { beginSignUp, newAddress, provenAccount, sendAll } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  context = (await openTestWorld({ HASH_THREADS: "2", ...inbox.env })).context;
  await trust(context);
});

beforeEach(() => inbox.behave({ kind: "accept" }));

async function mailsTo(email: string): Promise<number> {
  await sendAll(context);
  return (await inbox.mails(email)).length;
}

test("a mail to nobody keeps its place for as long as one that is sent, and is done with before", async () => {
  const { email } = await provenAccount(context, inbox);
  const queue = mailQueue(prepareMail);
  await inbox.behave({ kind: "delay", milliseconds: 1_500 });
  const took = async (to: string, meanwhile = async () => {}) => {
    await askForReset(visitor(context), to, null);
    const before = performance.now();
    await Promise.all([doDueJobs(context, queue), meanwhile()]);
    return performance.now() - before;
  };
  expect(await took(email)).toBeGreaterThan(1_500);
  const nobody = newAddress();
  async function isDropped(): Promise<void> {
    await sleep(1_200);
    expect(await context.db.select({ due: outgoingMails.dueAt }).from(outgoingMails).where(sql`${outgoingMails.about}->>'emailKey' = ${nobody} and ${outgoingMails.droppedAt} is not null`)).toEqual([{ due: null }]);
  }
  expect(await took(nobody, isDropped)).toBeGreaterThan(1_400);
});

describe("over a budget", () => {
  /** Takes what is due, as a sender that dies at once, and makes it due again. */
  async function takenByTheDead(): Promise<void> {
    expect((await takeDueJobs(context, mailQueue(prepareMail), 50)).length).toBeGreaterThan(0);
    await context.db.update(outgoingMails).set({ dueAt: sql`clock_timestamp()` }).where(and(isNull(outgoingMails.sentAt), isNull(outgoingMails.droppedAt), sql`${outgoingMails.dueAt} is not null`));
  }

  test("no code is sent because the sender that had it before has died", async () => {
    const email = newAddress();
    for (let times = 0; times < 6; times++) await beginSignUp(context, email);
    expect(await mailsTo(email)).toBe(6);
    await beginSignUp(context, email);
    await takenByTheDead();
    expect(await mailsTo(email)).toBe(6);
  });

  test("nor a mail about a new device, nor a link that a known one asked for", async () => {
    const { email, browser } = await provenAccount(context, inbox);
    const signedIn = async () => expect(isFailure(await signIn(visitor(context), { email, password: PASSWORD }, newBrowser()))).toBe(false);
    for (let times = 0; times < 6; times++) await signedIn();
    const before = await mailsTo(email);
    await signedIn();
    await takenByTheDead();
    expect(await mailsTo(email)).toBe(before);
    for (let times = 0; times < 12; times++) await askForReset(visitor(context), email, browser.browserId);
    expect(await mailsTo(email), "the six of strangers and the owner's six").toBe(before + 12);
    // Kept for the owner by another process, whose count was lost with Redis.
    await context.db.execute(sql`insert into outgoing_mails (id, kind, facts, about, due_at, not_after) select gen_random_uuid(), kind, facts, about, clock_timestamp(), clock_timestamp() + interval '30 minutes' from outgoing_mails where about->>'emailKey' = ${email} and about->>'overBudget' = 'true' limit 1`);
    await takenByTheDead();
    expect(await mailsTo(email)).toBe(before + 12);
  });

  test("one that was made and could not be sent is sent all the same", async () => {
    const email = newAddress();
    for (let times = 0; times < 6; times++) await beginSignUp(context, email);
    await inbox.behave({ kind: "refuse", at: "recipient", code: 450 });
    await sendAll(context);
    await inbox.behave({ kind: "accept" });
    await context.db.update(outgoingMails).set({ dueAt: sql`clock_timestamp()` }).where(and(isNull(outgoingMails.sentAt), isNull(outgoingMails.droppedAt), eq(outgoingMails.kind, "code")));
    expect(await mailsTo(email)).toBe(6);
  });

  test("what is not sent is in the log, by kind and id and without an address", async () => {
    const email = newAddress();
    const said: [object, string][] = [];
    const log = Object.assign(Object.create(context.log) as Context["log"], { info: (about: object, words: string) => void said.push([about, words]) });
    for (let times = 0; times < 7; times++) await beginSignUp(context, email);
    await doDueJobs({ ...context, log }, { ...mailQueue(prepareMail), atOnce: 50 });
    for (let times = 0; times < 7; times++) await askForReset({ ...visitor(context), log }, email, null);
    const id = expect.stringMatching(/^[\w-]{36}$/) as string;
    expect(said).toEqual([
      [{ kind: "code", mail: id }, "mail: over its budget, and not sent"],
      [{ kind: "forgotten" }, "mail: over its budget, and not sent"],
    ]);
  });
});
