import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { events, outgoingMails } from "@/db/schema";
import { beginEmailChange } from "@/lib/auth/begin-email-change";
import { isFailure } from "@/lib/core/errors";
import { newAddress, provenAccount, sendAll } from "@/tests/integration/auth/proving";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail } from "@/tests/support/test-mail";

test("a mail that its server refuses for good ends there, and stands among the events; nothing of who it was for does", async () => {
  const inbox = await startTestMail();
  const { context } = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  await trust(context);
  const { user, begun } = await provenAccount(context, inbox);
  await sendAll(context);
  await inbox.behave({ kind: "refuse", at: "recipient", code: 550, status: "5.1.1" });
  const email = newAddress();
  expect(isFailure(await beginEmailChange(user, { email }, "browser", { secret: begun.proof }))).toBe(false);
  await sendAll(context);
  const mails = await context.db.select({ kind: outgoingMails.kind, dueAt: outgoingMails.dueAt, failure: outgoingMails.failure, tries: outgoingMails.tries }).from(outgoingMails).where(and(eq(outgoingMails.userId, begun.user.id), eq(outgoingMails.kind, "code")));
  expect(mails).toEqual([{ kind: "code", dueAt: null, failure: "550 5.1.1", tries: 1 }]);
  const told = await context.db.select({ actor: events.actor, detail: events.detail }).from(events).where(and(eq(events.userId, begun.user.id), eq(events.type, "request.refused")));
  expect(told).toEqual([{ actor: "system", detail: { what: "mail", kind: "code", reason: "550 5.1.1" } }]);
});
