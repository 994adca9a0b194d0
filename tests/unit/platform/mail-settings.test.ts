import { expect, test } from "vitest";
import { checkSettings } from "@/lib/platform/env";
import { testSettings } from "@/tests/support/test-settings";

function check(env: Record<string, string>) {
  return checkSettings({ ...testSettings, DATABASE_URL: "postgres://x", REDIS_URL: "redis://x", ...env });
}

const MAIL_FROM = "accounts@example.org";

test.each([
  ["smtp://mail.example.org", { host: "mail.example.org", port: 587, tls: "starttls", credentials: null }],
  ["smtp://mail.example.org:25/", { host: "mail.example.org", port: 25, tls: "starttls", credentials: null }],
  ["smtps://user:p%40ss%2F@mail.example.org", { host: "mail.example.org", port: 465, tls: "implicit", credentials: { user: "user", password: "p@ss/" } }],
  ["smtp://a%40example.org:b@[2001:db8::1]:2525", { host: "2001:db8::1", port: 2525, tls: "starttls", credentials: { user: "a@example.org", password: "b" } }],
  ["smtp://localhost:1025", { host: "localhost", port: 1025, tls: "none", credentials: null }],
  ["smtp://127.0.0.1:1025", { host: "127.0.0.1", port: 1025, tls: "none", credentials: null }],
  ["smtp://[::1]:1025", { host: "::1", port: 1025, tls: "none", credentials: null }],
  ["smtps://localhost", { host: "localhost", port: 465, tls: "implicit", credentials: null }],
  // The loopback by no name that we know: rather encrypted than believed.
  ["smtp://0.0.0.0:25", { host: "0.0.0.0", port: 25, tls: "starttls", credentials: null }],
  ["smtp://localhost.example.org", { host: "localhost.example.org", port: 587, tls: "starttls", credentials: null }],
  ["smtp://127.0.0.1.example.org", { host: "127.0.0.1.example.org", port: 587, tls: "starttls", credentials: null }],
])("SMTP_URL %s", (SMTP_URL, server) => {
  expect(check({ SMTP_URL, MAIL_FROM }).settings?.SMTP_URL).toEqual(server);
});

test.each([
  "mail.example.org", "http://mail.example.org", "smtp://", "smtp:///", "smtp://user@mail.example.org", "smtp://user:hunter2@", "smtp://:hunter2@mail.example.org", "smtp://mail.example.org:0x1",
  "smtp://user:hunter2#@mail.example.org", "smtp://user:hunter2@mail.example.org/path", "smtps://user:hunter2@mail.example.org?tls.rejectUnauthorized=false", "smtp://user:%hunter2@mail.example.org", "smtp://mail.example.org:99999",
])("SMTP_URL %s is refused, and no secret repeated", (SMTP_URL) => {
  const { settings, problems } = check({ SMTP_URL, MAIL_FROM });
  expect(settings).toBeNull();
  expect(problems).toEqual([expect.stringMatching(/^SMTP_URL must be smtp:\/\//)]);
  expect(problems.join()).not.toContain("hunter2");
});

test.each([
  ["accounts@example.org", { name: null, address: "accounts@example.org" }],
  ["Example <accounts@example.org>", { name: "Example", address: "accounts@example.org" }],
  ['"Example, Inc." <accounts@example.org>', { name: "Example, Inc.", address: "accounts@example.org" }],
  [" Müller & Söhne  <accounts@example.org> ", { name: "Müller & Söhne", address: "accounts@example.org" }],
  ["<accounts@example.org>", { name: null, address: "accounts@example.org" }],
])("MAIL_FROM %s", (MAIL_FROM, sender) => {
  expect(check({ SMTP_URL: "smtp://localhost", MAIL_FROM }).settings?.MAIL_FROM).toEqual(sender);
});

test.each(["accounts", "@", "a@b@c", "a b@example.org", "a@example.org, b@example.org", "Name <a@example.org> <b@example.org>", "Name <a@example.org", "Na\nme <a@example.org>", "a@example.org\r\nBcc: b@example.org", "Na\u2028me <a@example.org>"])("MAIL_FROM %j is refused", (MAIL_FROM) => {
  expect(check({ SMTP_URL: "smtp://localhost", MAIL_FROM }).problems).toEqual([expect.stringMatching(/^MAIL_FROM must be an address/)]);
});

test.each(["", " ", "\u200b", "x".repeat(41), "a\nb", "a\rb", "a\u2028b", "\u202Eab"])("APP_NAME %j: not given, or refused", (APP_NAME) => {
  const { settings, problems } = check({ APP_NAME });
  expect(APP_NAME === "" ? settings?.APP_NAME : problems[0]).toMatch(/^(Latchkey$|APP_NAME must)/);
});

test("what is asked of addresses and sign-ins follows from whether there is mail, unless it is said", () => {
  const asked = (env: Record<string, string>) => {
    const { settings } = check(env);
    return settings && [settings.EMAIL_VERIFICATION, settings.RISK];
  };
  const mail = { SMTP_URL: "smtp://localhost", MAIL_FROM };
  expect(asked({})).toEqual(["off", "off"]);
  expect(asked(mail)).toEqual(["required", "ask"]);
  expect(asked({ ...mail, EMAIL_VERIFICATION: "off", RISK: "notify" })).toEqual(["off", "notify"]);
  expect(asked({ RISK: "ask" })).toEqual(["off", "ask"]);
  expect(check({ EMAIL_VERIFICATION: "required" }).problems).toEqual([expect.stringContaining("EMAIL_VERIFICATION")]);
});
