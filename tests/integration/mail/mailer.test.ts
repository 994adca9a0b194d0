import { type AddressInfo, createServer, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/core/ids";
import { checkSettings } from "@/lib/platform/env";
import { type Mail, type Mailer, openMailer, SEND_DEADLINE_MS } from "@/lib/platform/mailer";
import { atEnd } from "@/tests/support/stop-everything";
import { startTestMail, type TestMail } from "@/tests/support/test-mail";
import { testSettings } from "@/tests/support/test-settings";

let server: TestMail;
let mailer: Mailer;

beforeAll(async () => {
  server = await startTestMail();
  mailer = mailerTo(server.smtpUrl);
});

beforeEach(async () => {
  await server.behave({ kind: "accept" });
  await server.clear();
});

function mailerTo(smtpUrl: string, env: Record<string, string> = {}): Mailer {
  const { settings, problems } = checkSettings({ ...testSettings, DATABASE_URL: "postgres://x", REDIS_URL: "redis://x", SMTP_URL: smtpUrl, MAIL_FROM: "accounts@latchkey.example", ...env });
  if (!settings) throw new Error(problems.join("\n"));
  const opened = openMailer(settings) as Mailer;
  atEnd(async () => opened.close());
  return opened;
}

const mail = (more: Partial<Mail> = {}): Mail => ({ id: newId(), to: "ada@latchkey.example", subject: "A subject", html: "<p>Words</p>", text: "Words", ...more });

const failureOf = (sent: Promise<void>) => sent.then(() => null, (error: unknown) => error as { code: string; smtpCode?: number; status?: string; message: string });

test("a mail arrives as it was given, says that a machine wrote it, and keeps its Message-ID when it is sent again", async () => {
  const one = mail({ subject: "Grüße · Latchkey", text: `Zeile eins\n\n@localhost #123456`, html: `<p>${"lang ".repeat(400)}</p>` });
  await mailer.send(one);
  await mailer.send(one);
  const came = await server.mails();
  expect(came).toHaveLength(2);
  for (const { messageId, from, to, subject, text, html, headers } of came) {
    expect({ messageId, from, to, subject }).toEqual({ messageId: `<${one.id}@localhost>`, from: "accounts@latchkey.example", to: [one.to], subject: one.subject });
    expect(text.trimEnd()).toBe(one.text);
    expect(html.trimEnd()).toBe(one.html);
    const values = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ from: "Latchkey <accounts@latchkey.example>", to: one.to, "auto-submitted": "auto-generated", "x-auto-response-suppress": "All", "x-entity-ref-id": one.id });
    expect(Math.abs(Date.parse(values.date ?? "") - Date.now())).toBeLessThan(60_000);
    expect(values).not.toHaveProperty("x-mailer");
  }
});

test("a look at the server says whether it lets us in, and sends nothing", async () => {
  expect(await failureOf(mailer.check())).toBeNull();
  await server.behave({ kind: "refuse", at: "greeting", code: 554 });
  expect(await failureOf(mailer.check())).toMatchObject({ code: "MAIL_DOWN", message: expect.stringContaining("554") as string });
  expect(await server.mails()).toEqual([]);
});

test.each(["greeting", "sender", "recipient", "data"] as const)("4xx at the %s: try again", async (at) => {
  await server.behave({ kind: "refuse", at, code: 451, status: "4.3.2" });
  expect(await failureOf(mailer.send(mail()))).toMatchObject({ code: "MAIL_DOWN", message: expect.stringContaining("451 4.3.2") as string });
  expect(await server.mails()).toEqual([]);
});

test.each(["recipient", "data"] as const)("5xx at the %s: this mail is refused, and nothing of the server's words is kept", async (at) => {
  await server.behave({ kind: "refuse", at, code: 550, status: "5.1.1" });
  const failure = await failureOf(mailer.send(mail({ to: "nobody-here@latchkey.example" })));
  expect(failure).toMatchObject({ code: "MAIL_REFUSED", smtpCode: 550, status: "5.1.1" });
  expect(JSON.stringify([failure, failure?.message, (failure as { stack?: string }).stack])).not.toMatch(/nobody-here|refused by the test/);
  expect(failure).not.toHaveProperty("cause");
});

test.each([["greeting", 554], ["sender", 550], ["sender", 530], ["recipient", 530]] as const)("5xx at the %s with %i is about us and not about the mail: try again", async (at, code) => {
  await server.behave({ kind: "refuse", at, code });
  expect(await failureOf(mailer.send(mail()))).toMatchObject({ code: "MAIL_DOWN" });
});

test("one recipient refused is nobody else's trouble", async () => {
  await server.behave({ kind: "refuse", at: "recipient", code: 550, to: "gone@latchkey.example" });
  expect(await Promise.all([failureOf(mailer.send(mail({ to: "gone@latchkey.example" }))), failureOf(mailer.send(mail()))])).toMatchObject([{ code: "MAIL_REFUSED" }, null]);
});

test("broken off while the mail is coming in: try again; broken off before the answer: likewise, and the second one has the same Message-ID", async () => {
  const one = mail();
  await server.behave({ kind: "cut", when: "coming" });
  expect(await failureOf(mailer.send(one))).toMatchObject({ code: "MAIL_DOWN" });
  expect(await server.mails()).toEqual([]);
  await server.behave({ kind: "cut", when: "taken" });
  expect(await failureOf(mailer.send(one))).toMatchObject({ code: "MAIL_DOWN" });
  await server.behave({ kind: "accept" });
  await mailer.send(one);
  const ids = (await server.mails()).map(({ messageId }) => messageId);
  expect(ids).toEqual([`<${one.id}@localhost>`, `<${one.id}@localhost>`]);
});

test("nobody there, and gone while we were connected: try again", async () => {
  await server.kill();
  expect(await failureOf(mailer.send(mail()))).toMatchObject({ code: "MAIL_DOWN" });
  await server.start();
  await mailer.send(mail());
});

test("slow is not down", async () => {
  await server.behave({ kind: "delay", milliseconds: 4_000 });
  await mailer.send(mail());
  expect(await server.mails()).toHaveLength(1);
});

test("a server that takes the mail and never answers, or answers without an end: given up within the deadline", async () => {
  await server.behave({ kind: "hang" });
  const drips = await dripping("220 here\r\n");
  const started = performance.now();
  const failures = await Promise.all([mailer.send(mail()), mailerTo(drips).send(mail())].map(failureOf));
  expect(performance.now() - started).toBeLessThan(SEND_DEADLINE_MS + 1_000);
  expect(failures).toMatchObject([{ code: "MAIL_DOWN" }, { code: "MAIL_DOWN" }]);
}, 40_000);

test("closing breaks off what is under way", async () => {
  await server.behave({ kind: "hang" });
  const closing = mailerTo(server.smtpUrl);
  const sending = failureOf(closing.send(mail()));
  setTimeout(() => closing.close(), 300);
  const started = performance.now();
  expect(await sending).toMatchObject({ code: "MAIL_DOWN" });
  expect(performance.now() - started).toBeLessThan(2_000);
});

/** Never silent for long and never done: what it can do is one line more, and one more. */
async function dripping(greeting: string): Promise<string> {
  return bare((socket) => {
    socket.write(greeting);
    const timer = setInterval(() => socket.write("250-and\r\n"), 500);
    socket.once("close", () => clearInterval(timer));
  });
}

/** A server that says what it likes; its address. */
async function bare(greet: (socket: Socket) => void, host = "127.0.0.1"): Promise<string> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    greet(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  atEnd(async () => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return `smtp://${host}:${(listener.address() as AddressInfo).port}`;
}

test("off the loopback nothing is said before TLS: a server that does not offer it gets neither password nor mail", async () => {
  let heard = "";
  const url = await bare((socket) => {
    socket.write("220 here\r\n");
    socket.setEncoding("utf8").on("data", (text: string) => {
      heard += text;
      socket.write(text.startsWith("EHLO") ? "250-here\r\n250 AUTH PLAIN LOGIN\r\n" : "454 TLS not available\r\n");
    });
    // Not the loopback by its name, though it leads there.
  }, "somebody:hunter2@0.0.0.0");
  expect(await failureOf(mailerTo(url).send(mail()))).toMatchObject({ code: "MAIL_DOWN" });
  expect(heard).toMatch(/^EHLO localhost\r\nSTARTTLS\r\n$/);
});

test.each([["smtps", "localhost", true], ["smtp", "0.0.0.0", false]] as const)("%s to a server whose certificate nobody vouches for: it gets neither password nor mail", async (scheme, host, secure) => {
  const got: string[] = [];
  const impostor = new SMTPServer({
    secure,
    logger: false,
    authOptional: true,
    onAuth: (_, __, done) => done(null, { user: got.push("password") }),
    onMailFrom(_, __, done) {
      got.push("mail");
      done();
    },
  });
  impostor.on("error", () => {});
  await new Promise<void>((resolve) => impostor.listen(0, "127.0.0.1", resolve));
  atEnd(() => new Promise((resolve) => impostor.close(() => resolve(null))));
  const { port } = impostor.server.address() as AddressInfo;
  expect(await failureOf(mailerTo(`${scheme}://user:hunter2@${host}:${port}`).send(mail()))).toMatchObject({ code: "MAIL_DOWN" });
  expect(got).toEqual([]);
});

const ENDS = ["\r\n", "\n", "\r", "\r\n\t", "\u0085", "\u2028", "\u2029", "\u000b", "%0d%0a", "=0D=0A", "\u560d\u560a", "\0"];

test.each(ENDS.map((end) => [JSON.stringify(end), end] as const))("no header is smuggled in with %s", async (_, end) => {
  const bcc = `${end}Bcc: thief@evil.example${end}X-Smuggled: yes${end}${end}Another body`;
  for (const to of [`ada@latchkey.example${bcc}`, `ada${bcc}@latchkey.example`, `ada@latchkey.example>${bcc}`]) {
    expect(await failureOf(mailer.send(mail({ to })))).toMatchObject({ code: "MAIL_REFUSED", smtpCode: null });
  }
  const named = { MAIL_FROM: `Name${bcc} <accounts@latchkey.example>`, APP_NAME: `App${end}Bcc: thief` };
  const isEnd = /[\p{Cc}\p{Zl}\p{Zp}]/u.test(end);
  if (isEnd) for (const name of ["MAIL_FROM", "APP_NAME"] as const) expect(() => mailerTo(server.smtpUrl, { [name]: named[name] })).toThrow(name);
  const hostile = isEnd ? mailer : mailerTo(server.smtpUrl, named);
  await hostile.send(mail({ subject: `Words${bcc}`, text: `Text${bcc}`, html: `<p>${bcc}</p>` }));

  const came = await server.mails();
  expect(came).toHaveLength(1);
  expect(came[0]?.to).toEqual(["ada@latchkey.example"]);
  const names = came[0]?.headers.map(({ name }) => name);
  expect(names).not.toContain("bcc");
  expect(names).not.toContain("x-smuggled");
  for (const once of ["subject", "from", "to", "message-id"]) expect(names?.filter((name) => name === once)).toHaveLength(1);
});

test.each(["ada@latchkey.example, thief@evil.example", "ada@latchkey.example;thief@evil.example", "Ada <ada@latchkey.example>", "undisclosed:thief@evil.example;", "ada@latchkey.example (thief@evil.example)", "ada", "", "@", "\"a b\"@latchkey.example"])(
  "%j is not one mailbox and goes nowhere",
  async (to) => {
    expect(await failureOf(mailer.send(mail({ to })))).toMatchObject({ code: "MAIL_REFUSED", smtpCode: null });
    expect(await server.mails()).toEqual([]);
  },
);

test("addresses of all scripts arrive", async () => {
  await mailer.send(mail({ to: "jörg@straße.example" }));
  await mailer.send(mail({ to: "उपयोगकर्ता@उदाहरण.example" }));
  expect((await server.mails()).map(({ to }) => to[0])).toEqual([expect.stringMatching(/^jörg@/), expect.stringMatching(/^उपयोगकर्ता@/)]);
});
