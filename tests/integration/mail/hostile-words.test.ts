import { beforeAll, describe, expect, test } from "vitest";
import { askForReset } from "@/lib/auth/ask-for-reset";
import { signInInput, signUpInput } from "@/lib/auth/schema";
import { signIn } from "@/lib/auth/sign-in";
import { signUp } from "@/lib/auth/sign-up";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { newBrowser, PASSWORD, visitor } from "@/tests/integration/auth/account";
import { newAddress, sendAll } from "@/tests/integration/auth/proving";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { trust } from "@/tests/support/sessions";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { writeAccount } from "@/tests/support/written-accounts";

let world: TestWorld;
let context: Context;
let inbox: TestMail;

beforeAll(async () => {
  inbox = await startTestMail();
  world = await openTestWorld({ HASH_THREADS: "2", ...inbox.env });
  context = world.context;
  await trust(context);
});

const BREAKS = ["\r\n", "\n", "\r", "\r\n ", "\r\n\t", "\u0085", "\u2028", "\u2029", "\u000b", "\u202e", "\u2066", "=0D=0A", "=?utf-8?q?=0d=0a?=", "%0d%0a", "嘊嘍", "\0"];
const WORDS = "Win at https://evil.example/now call +1-555-0100 <a href='https://evil.example'>evil.example</a>";

/** What a stranger may write in every field that there is. */
const hostile = BREAKS.map((end, index) => [JSON.stringify(end), `${WORDS}${end}Bcc: thief@evil.example${end}Subject: Owned${end}${end}Another body`, index] as const);
/** A user agent that is all theirs, one within a browser's, and one of a program that names itself. */
const AGENTS = [(text: string) => text, (text: string) => `Mozilla/5.0 (Linux; Android 10; K) ${text} Chrome/140.0.0.0`, (text: string) => `evil.example/1.0 ${text}`];

/** As they came over the wire, unfolded: names and values in their order. */
async function headersOf(id: string): Promise<[string, string][]> {
  const raw = await (await fetch(`${inbox.inboxUrl}/mails/${id}/raw`)).text();
  const [head = ""] = raw.split(/\r?\n\r?\n/, 1);
  return head.replaceAll(/\r?\n[ \t]+/g, " ").split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]);
}

const EXPECTED = ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To", "X-Auto-Response-Suppress", "X-Entity-Ref-ID"];
const SUBJECTS = ["Confirm your email address", "You already have an account", "Set a new password", "New sign-in to your account"].map((words) => `${words} · Latchkey`);

describe("whatever a stranger writes", () => {
  test.each(hostile)("with %s between its lines, in every field: exactly our headers and recipients, our subject, and no address but ours", async (_, text, index) => {
    const hints = { platform: text, platformVersion: text, model: text, mobile: null };
    const owner = await writeAccount(world.databaseUrl);
    const recipients = new Set([owner.email]);
    const plain = visitor(context);
    const request = { ...plain, request: { ...plain.request, userAgent: AGENTS[index % AGENTS.length]?.(text) ?? text, hints } };
    for (const email of [newAddress(), owner.email]) {
      recipients.add(email);
      const fields = { email, password: PASSWORD, name: text, client: "native", device: { name: text, platform: text, appVersion: text.slice(0, 32) } };
      // Where the door refuses the name or the device, what comes of the rest.
      const inputs = [fields, { ...fields, name: "Zo" }, { email, password: PASSWORD, name: WORDS.slice(0, 100) }];
      const input = inputs.map((one) => signUpInput.safeParse(one)).find(({ success }) => success)?.data;
      if (input) await signUp(request, input, newBrowser());
      for (const bad of [`${email}${text}`, `${text}${email}`, email.replace("@", `${text}@`)]) expect(signUpInput.safeParse({ ...fields, name: "Zo", device: undefined, email: bad }).success, bad).toBe(false);
    }
    await askForReset(request, owner.email, null);
    await signIn(request, signInInput.parse({ email: owner.email, password: PASSWORD }), { browserId: newId(), prior: null });
    await sendAll(context);
    const mails = (await inbox.mails()).filter(({ to }) => to.some((address) => recipients.has(address)));
    expect(new Set(mails.map(({ subject }) => subject))).toEqual(new Set(SUBJECTS));
    for (const { id, to, subject, text: words, html } of mails) {
      expect(to).toHaveLength(1);
      expect(recipients).toContain(to[0]);
      expect(SUBJECTS).toContain(subject);
      const headers = await headersOf(id);
      expect(headers.map(([name]) => name).toSorted()).toEqual(EXPECTED);
      expect(headers.find(([name]) => name === "To")?.[1]).toBe(to[0]);
      // What the owner is told of a sign-in with the right password names the device as it calls itself: cut, and no link.
      expect(`${words} ${html}`).not.toMatch(subject.startsWith("New sign-in") ? /evil\.|:\/\/evil|thief@/i : /evil|Win at|thief|Another body|Owned|555-0100/i);
      for (const [url] of `${words} ${html}`.matchAll(/https?:\/\/[^\s"'<>]+/g)) expect(url).toMatch(/^http:\/\/localhost:3000|^https:\/\/(db-ip\.com|www\.w3\.org)|^http:\/\/www\.w3\.org/);
    }
    await inbox.clear();
  });
});
