import { expect, test } from "vitest";
import { type MailContent, mailFacts } from "@/lib/mail/kinds";
import { renderMail } from "@/lib/mail/render-mail";
import { mailSamples } from "@/lib/mail/samples";

const settings = { APP_NAME: "Latchkey", APP_URL: "https://accounts.example.org", GEOIP_DATABASE: undefined };

const HOSTILE = '<b>You won</b> <img src="http://evil.example/p.png"> visit http://evil.example/win or mail@evil.example\r\nBcc: thief@evil.example \u202E"onload="x';

/** The same mail, with every text that comes from outside replaced: device names, places, labels. */
function withTexts(mail: MailContent, text: string): MailContent {
  const replaced = JSON.parse(JSON.stringify(mail.facts), (key, value: unknown) => (["device", "city"].includes(key) ? text : key === "providers" ? [text] : value)) as MailContent["facts"];
  return { ...mail, facts: replaced } as MailContent;
}

test("there is a sample of every kind, and its facts are what the queue may hold", () => {
  expect(new Set(mailSamples.map(({ mail }) => mail.kind))).toEqual(new Set(Object.keys(mailFacts)));
  for (const { mail } of mailSamples) expect(mailFacts[mail.kind].parse(JSON.parse(JSON.stringify(mail.facts)))).toEqual(mail.facts);
});

test.each(mailSamples)("$name: HTML and text say the same, for whom and why, and load nothing", async ({ mail }) => {
  const { subject, html, text } = await renderMail(settings, mail);
  expect(subject).toMatch(/^[A-Z][\w\s’-]+ · Latchkey$/);
  for (const said of [mail.account, "(accounts.example.org)", "This mail went to"]) {
    expect(html.replaceAll("<!-- -->", "")).toContain(said);
    expect(text).toContain(said);
  }
  expect(html).not.toMatch(/<(img|link|script|iframe|object|embed|video|audio|svg|form|base)\b|\ssrc(set)?=|url\(|@import|http-equiv="refresh"|\son[a-z]+=/i);
  const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => (link as string).replaceAll("&amp;", "&"));
  for (const link of links) {
    expect(link).toMatch(/^https:\/\/(accounts\.example\.org\/|db-ip\.com$)/);
    expect(text).toContain(link);
  }
  expect(new Set(links).size).toBe(links.length);
  expect(html).toMatch(/<meta name="color-scheme" content="light dark"\/>/);
  expect(html).toContain("prefers-color-scheme: dark");
  // Above 102 kB Gmail cuts a mail off.
  expect(Buffer.byteLength(html)).toBeLessThan(20_000);
  expect(text).not.toMatch(/[<>]|&\w+;|undefined|null|\[object|NaN/);
});

test.each(mailSamples)("$name: nothing that somebody typed or chose reaches the subject, and markup, links and line ends do nothing", async ({ mail }) => {
  const calm = await renderMail(settings, mail);
  const { subject, html, text } = await renderMail(settings, withTexts(mail, HOSTILE));
  expect(subject).toBe(calm.subject);
  const count = (content: string, what: RegExp) => content.match(what)?.length ?? 0;
  expect(count(html, /<[a-z][^>]*>/gi)).toBe(count(calm.html, /<[a-z][^>]*>/gi));
  expect(count(text, /\n/g)).toBe(count(calm.text, /\n/g));
  for (const content of [html, text]) expect(count(content, /evil\.example|<b>|\u202E|^Bcc:/gm)).toBe(0);
});

test.each(mailSamples.filter(({ mail }) => mail.kind === "code"))("$name: the code stands alone on its line, in no subject, and the last line binds it to our host", async ({ mail }) => {
  const code = (mail as Extract<MailContent, { kind: "code" }>).code;
  for (const [APP_URL, host] of [["https://accounts.example.org", "accounts.example.org"], ["http://localhost:3000", "localhost"]] as const) {
    const { subject, html, text } = await renderMail({ ...settings, APP_URL }, mail);
    expect(subject).not.toMatch(/\d/);
    const lines = text.split("\n");
    expect(lines.at(-1)).toBe(`@${host} #${code}`);
    expect(lines.filter((line) => line === code)).toHaveLength(1);
    expect(html.replaceAll(/<[^>]*>/g, " ").trim().endsWith(`@${host} #${code}`)).toBe(true);
    // Nor where it is shown beside the subject on a locked screen.
    expect(/<div[^>]*data-skip-in-text[^>]*>[^<]*/.exec(html)?.[0]).not.toContain(code);
  }
});

test("what says that something happened carries one way back; what a stranger may have caused carries no IP address", async () => {
  for (const { mail } of mailSamples) {
    const { html, text } = await renderMail(settings, mail);
    const back = "back" in mail && mail.back ? 1 : 0;
    expect(html.match(/\/(not-me|undo)\?token=/g)?.length ?? 0).toBe(back);
    expect(text.match(/\/(not-me|undo)\?token=/g)?.length ?? 0).toBe(back);
    expect(text.includes("203.0.113.7")).toBe("done" in mail.facts && typeof mail.facts.done?.address === "string");
  }
});

test("it is called what the operator calls it, however that is written", async () => {
  for (const { mail } of mailSamples) {
    const { subject, html, text } = await renderMail({ ...settings, APP_NAME: "Ben & <Söhne>" }, mail);
    expect(subject).toContain("· Ben & <Söhne>");
    expect(html).toContain("Ben &amp; &lt;Söhne&gt;");
    expect(html).not.toContain("<Söhne>");
    expect(text).toContain("Ben & <Söhne>");
    expect(html).not.toContain("Latchkey");
  }
});

test("the included data of places is named where a country is, and an operator's own is not", async () => {
  const { mail } = mailSamples.find(({ mail }) => mail.kind === "new_device") as (typeof mailSamples)[number];
  expect((await renderMail(settings, mail)).text).toContain("DB-IP");
  expect((await renderMail({ ...settings, GEOIP_DATABASE: "/cities.mmdb" }, mail)).text).not.toContain("DB-IP");
});
