import { asc, eq, sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { attempts, outgoingMails } from "@/db/schema";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { dropOldProofs } from "@/lib/auth/drop-old-proofs";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { openTestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { newBrowser, PASSWORD, visitor } from "./account";
import { beginSignUp, newAddress, provenAccount, sendAll } from "./proving";

let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  context = (await openTestWorld({ HASH_THREADS: "2", ...inbox.env })).context;
  await trust(context);
});

async function mailsTo(email: string): Promise<number> {
  await sendAll(context);
  return (await inbox.mails(email)).length;
}

const askFrom = (address: string, email: string) => askForReset(visitor(context, address), email, null);
const signUpFrom = (address: string, email: string) => signUp(visitor(context, address), { email, password: PASSWORD, name: "Zo Li" }, newBrowser());

describe("what strangers may have sent to an address", () => {
  test("sign-ups with it, and links to a new password, keep each other from nothing", async () => {
    const { email } = await provenAccount(context, inbox);
    for (let times = 0; times < 8; times++) await beginSignUp(context, email);
    const before = await mailsTo(email);
    await askForReset(visitor(context), email, null);
    expect(await mailsTo(email), "a link, after a flood of sign-ups").toBe(before + 1);
    const nobodys = newAddress();
    for (let times = 0; times < 8; times++) await askForReset(visitor(context), nobodys, null);
    await beginSignUp(context, nobodys);
    expect(await mailsTo(nobodys), "a code, after a flood of links").toBe(1);
  });

  test("one site cannot use up what all others have: four an hour of each are its own", async () => {
    const { email } = await provenAccount(context, inbox);
    const before = await mailsTo(email);
    for (let network = 1; network < 9; network++) await askFrom(`2001:db8:a100:${network}::1`, email);
    expect((await mailsTo(email)) - before).toBe(4);
    await askForReset(visitor(context), email, null);
    expect((await mailsTo(email)) - before).toBe(5);
    const nobodys = newAddress();
    for (let network = 1; network < 9; network++) await signUpFrom(`2001:db8:a100:${network}::1`, nobodys);
    expect(await mailsTo(nobodys)).toBe(4);
    await beginSignUp(context, nobodys);
    expect(await mailsTo(nobodys)).toBe(5);
  });

  test("a site of many networks causes two hundred an hour, and no more", async () => {
    const queued = async () => (await context.db.select({ id: outgoingMails.id }).from(outgoingMails).where(sql`${outgoingMails.about}->>'emailKey' like 'site-%'`)).length;
    for (let asked = 0; asked < 230; asked++) await askFrom(`2001:db8:a200:${Math.floor(asked / 10) + 1}::1`, `site-${asked}-${newAddress()}`);
    expect(await queued()).toBe(200);
    await askFrom("2001:db8:a201:1::1", `site-${newAddress()}`);
    expect(await queued(), "the site beside it").toBe(201);
  });
});

test("what is over is dropped as fast as it comes: more than a batch at a time", async () => {
  await beginSignUp(context, newAddress());
  const [one] = await context.db.select().from(attempts).limit(1);
  if (!one) throw new Error("no attempt");
  const copies = sql`insert into attempts select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'secret_hash', gen_random_uuid()::text, 'expires_at', now() - interval '2 days'))).* from attempts a, generate_series(1, 1203) where a.id = ${one.id}`;
  await context.db.execute(copies);
  const late = () => context.db.select({ id: attempts.id }).from(attempts).where(sql`${attempts.expiresAt} < now() - interval '1 day'`);
  expect(await late()).toHaveLength(1203);
  await dropOldProofs(context);
  expect((await late()).length).toBe(0);
  expect(await context.db.select({ id: attempts.id }).from(attempts).where(eq(attempts.id, one.id))).toHaveLength(1);
});

test("a mail stays until the day is over on which it was sent, though that had 25 hours", async () => {
  await context.db.delete(outgoingMails);
  for (const hours of [25, 49]) await context.db.execute(sql`insert into outgoing_mails (id, kind, not_after, sent_at) values (gen_random_uuid(), 'code', now() - make_interval(hours => ${hours}), now() - make_interval(hours => ${hours}))`);
  await dropOldProofs(context);
  const left = await context.db.select({ hours: sql<number>`round(extract(epoch from now() - ${outgoingMails.sentAt}) / 3600)::int` }).from(outgoingMails).orderBy(asc(outgoingMails.sentAt));
  expect(left).toEqual([{ hours: 25 }]);
});
