import { beforeAll, expect, test } from "vitest";
import { askForApproval } from "@/lib/auth/ask-for-approval";
import { askForCode } from "@/lib/auth/ask-for-code";
import { cancelAttempt } from "@/lib/auth/cancel-attempt";
import { proveAttempt } from "@/lib/auth/prove-attempt";
import { refuseDevice } from "@/lib/auth/refuse-device";
import type { Context } from "@/lib/core/context";
import { userChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { publish } from "@/lib/notifications/publish";
import type { Notice } from "@/lib/notifications/schema";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, visitor } from "./account";
import { held, sessionIn, type Waiting, waitingFor, waitingId } from "./approving";
import { whileLocked } from "./factors";
import { codeIn, newestMail, provenAccount } from "./proving";

let context: Context;
let databaseUrl: string;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  ({ context, databaseUrl } = await openTestWorld({ HASH_THREADS: "2", DEVICE_APPROVAL: "required", ...inbox.env }));
  await trust(context);
});

type Account = Awaited<ReturnType<typeof provenAccount>>;

/** What the account's pages are told while `work` runs, and until `last` was told, for whoever is answered waits for no telling. */
async function told({ user }: Account, work: () => Promise<unknown>, last?: Notice["type"]): Promise<Notice[]> {
  const { userId } = user.actor;
  const heard: Notice[] = [];
  const stop = await listen(context, userChannel(userId), { notice: (notice) => heard.push(notice), lost: () => {} });
  await work();
  if (last) await expect.poll(() => heard.map(({ type }) => type)).toContain(last);
  // What was published before it is heard before it.
  await publish(context, userId, { type: "avatar.changed" });
  await expect.poll(() => heard.at(-1)?.type).toBe("avatar.changed");
  stop();
  return heard.slice(0, -1);
}

async function comesInByCode({ email }: Account, { credential }: Waiting): Promise<void> {
await askForCode(visitor(context), credential);
const code = codeIn(await newestMail(context, inbox, email, /#\d{6}\s*$/));
expect(sessionIn(await proveAttempt(visitor(context), credential, { method: "email_code", code }, { prior: null }))).not.toBeNull();
}

test("of a question, and of its answer", async () => {
  const account = await provenAccount(context, inbox);
  const credential = await held(context, account.email);
  const heard = await told(account, () => askForApproval(visitor(context), credential));
  const id = (await waitingId(account.user)) ?? "";
  expect(heard).toEqual([{ type: "attempt.waiting", approvalId: id }]);
  expect(await told(account, () => refuseDevice(account.user, id))).toEqual([{ type: "attempt.settled", approvalId: id }]);
});

test.each([
  ["it is given up", (_account: Account, { credential }: Waiting) => cancelAttempt(visitor(context), credential)],
  ["a code is right", comesInByCode],
  ["no guess is left", async (_account: Account, { credential }: Waiting) => {
    for (let guess = 0; guess < 5; guess++) await proveAttempt(visitor(context), credential, { method: "email_code", code: "12345" }, { prior: null });
  }],
])("that it needs no answer any more, when %s", async (_when, settle) => {
  const account = await provenAccount(context, inbox);
  const waiting = await waitingFor(context, account);
  expect(await told(account, () => settle(account, waiting), "attempt.settled")).toContainEqual({ type: "attempt.settled", approvalId: waiting.id });
});

test("and when the same browser begins anew", async () => {
  const account = await provenAccount(context, inbox);
  const browser = newBrowser();
  const waiting = await waitingFor(context, account, browser);
  expect(await told(account, () => held(context, account.email, browser))).toEqual([{ type: "attempt.settled", approvalId: waiting.id }]);
  expect(await waitingId(account.user)).toBeNull();
});

test("who gave another proof is in, also when nobody can be told that the question is over", async () => {
  const account = await provenAccount(context, inbox);
  const { credential } = await waitingFor(context, account);
  await askForCode(visitor(context), credential);
  const code = codeIn(await newestMail(context, inbox, account.email, /#\d{6}\s*$/));
  const given = await whileLocked(databaseUrl, "lock table approvals in access exclusive mode", () => proveAttempt(visitor(context), credential, { method: "email_code", code }, { prior: null }));
  expect(sessionIn(given)?.user.id).toBe(account.user.actor.userId);
});
