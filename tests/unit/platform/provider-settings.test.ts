import { expect, test } from "vitest";
import { checkSettings } from "@/lib/platform/env";
import { listLinkedOnly } from "@/lib/providers/list-providers";
import { testSettings } from "@/tests/support/test-settings";

function check(env: Record<string, string>) {
  return checkSettings({ ...testSettings, DATABASE_URL: "postgres://x", REDIS_URL: "redis://x", ...env });
}

const acme = { OIDC_ACME_ISSUER: "https://id.acme.example", OIDC_ACME_CLIENT_ID: "latchkey", OIDC_ACME_CLIENT_SECRET: "hunter2" };

test("without any there are none", () => {
  expect(check({}).settings?.OIDC_PROVIDERS).toEqual([]);
  expect(check({ OIDC_PROVIDERS: "" }).settings?.OIDC_PROVIDERS).toEqual([]);
});

test("each has settings of its own name; a preset knows where it is, and what its word is worth", () => {
  const env = { OIDC_PROVIDERS: "google, acme,my-idp2", ...acme, OIDC_GOOGLE_CLIENT_ID: "g", OIDC_GOOGLE_CLIENT_SECRET: "s" };
  const mine = { OIDC_MY_IDP2_ISSUER: "http://localhost:9000/realm", OIDC_MY_IDP2_CLIENT_ID: "m", OIDC_MY_IDP2_CLIENT_SECRET: "s", OIDC_MY_IDP2_LABEL: "Acme & Söhne", OIDC_MY_IDP2_TRUST_EMAIL: "true" };
  expect(check({ ...env, ...mine })).toMatchObject({
    problems: [],
    settings: {
      OIDC_PROVIDERS: [
        { name: "google", preset: "google", issuer: "https://accounts.google.com", clientId: "g", clientSecret: "s", label: "Google", trustEmail: true, provesAfresh: false },
        { name: "acme", preset: null, issuer: "https://id.acme.example", clientId: "latchkey", clientSecret: "hunter2", label: "acme", trustEmail: false, provesAfresh: true },
        { name: "my-idp2", issuer: "http://localhost:9000/realm", label: "Acme & Söhne", trustEmail: true },
      ],
    },
  });
});

test("what is wrong is listed at once, and no secret repeated", () => {
  const env = { OIDC_PROVIDERS: "acme,github,microsoft,facebook", ...acme, OIDC_ACME_ISSUER: "http://id.acme.example", OIDC_ACME_LABEL: "a\nb", OIDC_ACME_TRUST_EMAIL: "yes", OIDC_GITHUB_CLIENT_ID: "g", OIDC_AMCE_LABEL: "Acme" };
  const others = { OIDC_MICROSOFT_CLIENT_ID: "m", OIDC_MICROSOFT_CLIENT_SECRET: "hunter2", OIDC_MICROSOFT_TRUST_EMAIL: "true", OIDC_FACEBOOK_CLIENT_ID: "f", OIDC_FACEBOOK_CLIENT_SECRET: "hunter2", OIDC_FACEBOOK_TRUST_EMAIL: "true" };
  const { settings, problems } = check({ ...env, ...others });
  expect(settings).toBeNull();
  expect(problems).toEqual([
    expect.stringMatching(/^OIDC_ACME_ISSUER must be the issuer/),
    expect.stringMatching(/^OIDC_ACME_LABEL must not contain/),
    "OIDC_ACME_TRUST_EMAIL must be true or false",
    "OIDC_GITHUB_CLIENT_SECRET is missing",
    expect.stringMatching(/^OIDC_MICROSOFT_TRUST_EMAIL cannot be true/),
    expect.stringMatching(/^OIDC_FACEBOOK_TRUST_EMAIL cannot be true/),
    "OIDC_AMCE_LABEL belongs to none of OIDC_PROVIDERS",
  ]);
  expect(problems.join()).not.toContain("hunter2");
});

test.each(["Acme", "a,a", "a,,b", "-a", "a-", "a--b", "a_b", "ä", "a/b", "x".repeat(34)])("OIDC_PROVIDERS %j is refused", (OIDC_PROVIDERS) => {
  expect(check({ OIDC_PROVIDERS }).problems).toEqual([expect.stringMatching(/^OIDC_PROVIDERS must be/)]);
});

test.each(["acme.example", "http://acme.example", "http://127.0.0.1.acme.example", "ftp://localhost", "https://user@acme.example", "https://acme.example/?a=b", "https://acme.example/#", "https://acme.example/.well-known/openid-configuration", "https://"])("as an issuer %s is refused", (OIDC_ACME_ISSUER) => {
  expect(check({ OIDC_PROVIDERS: "acme", ...acme, OIDC_ACME_ISSUER }).problems).toEqual([expect.stringMatching(/^OIDC_ACME_ISSUER must be/)]);
});

test.each(["https://acme.example/", "https://acme.example/realms/one", "http://[::1]:8080", "http://127.0.0.1:1"])("as an issuer %s is taken as it is", (OIDC_ACME_ISSUER) => {
  expect(check({ OIDC_PROVIDERS: "acme", ...acme, OIDC_ACME_ISSUER }).settings?.OIDC_PROVIDERS[0]?.issuer).toBe(OIDC_ACME_ISSUER);
});

test("without mail those that are not trusted with addresses make no account", () => {
  const env = { OIDC_PROVIDERS: "google,microsoft,acme", ...acme, OIDC_GOOGLE_CLIENT_ID: "g", OIDC_GOOGLE_CLIENT_SECRET: "s", OIDC_MICROSOFT_CLIENT_ID: "m", OIDC_MICROSOFT_CLIENT_SECRET: "s" };
  const mail = { SMTP_URL: "smtp://localhost:2525", MAIL_FROM: "accounts@example.org", ENCRYPTION_KEYS: `1:${Buffer.alloc(32).toString("base64")}` };
  const linkedOnly = (more: Record<string, string>) => {
    const { settings, problems } = check({ ...env, ...more });
    expect(problems).toEqual([]);
    return listLinkedOnly({ settings: settings as NonNullable<typeof settings> }).map(({ name }) => name);
  };
  expect(linkedOnly({})).toEqual(["microsoft", "acme"]);
  expect(linkedOnly({ OIDC_ACME_TRUST_EMAIL: "true" })).toEqual(["microsoft"]);
  expect(linkedOnly(mail)).toEqual([]);
});
