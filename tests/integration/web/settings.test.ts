import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const RIGHT = { APP_URL: "http://localhost:3000", DATABASE_URL: "postgres://localhost:1/x", REDIS_URL: "redis://localhost:1", SESSION_SECRETS: "1:secret-secret-secret-secret-secret-1", JWT_PRIVATE_KEYS: "MC4CAQAwBQYDK2VwBCIEIIZiXYr980TTJE1p2rco6TnlmNrnt+c5wwJ1jNO+0NRU" };

function start(env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/serve.mjs"], { env: { PATH: process.env.PATH, NODE_ENV: "production", ...env }, encoding: "utf8", timeout: 30_000 });
  return { status, output: stdout + stderr };
}

test("what is missing stops the start, all of it at once, without a stack", () => {
  const { status, output } = start({});
  expect(status).toBe(1);
  for (const name of Object.keys(RIGHT)) expect(output).toContain(`- ${name} is missing`);
  expect(output).not.toMatch(/^\s+at /m);
});

test("what is wrong too, each with what it must be, and no secret is repeated", () => {
  const wrong = {
    APP_URL: "localhost:3000", PORT: "99999", DATABASE_URL: "mysql://user:hunter2@x", REDIS_URL: "redis://ok,http://:hunter2@x", SESSION_SECRETS: "1:hunter2", ENCRYPTION_KEYS: "1:hunter2", SESSION_TTL_SECONDS: "0", SESSION_ABSOLUTE_SECONDS: "soon",
    MAX_CONCURRENT_SESSIONS: "-1", TRUSTED_PROXY_HOPS: "1.5", WORKERS: "many", STORAGE: "tape", LOG_LEVEL: "loud",
    JWT_PRIVATE_KEYS: "hunter2", JWT_ACCESS_EXPIRES_IN: "0", JWT_REFRESH_EXPIRES_IN: "a week", CORS_ORIGINS: "https://app.example.org/",
    ADMIN_EMAIL: "somebody", GEOIP_DATABASE: "/nowhere/cities.mmdb",
    SMTP_URL: "smtp://user:hunter2@mail.example.org/?tls=off", MAIL_FROM: "somebody", APP_NAME: "two\nlines", EMAIL_VERIFICATION: "perhaps", RISK: "high",
  };
  const { status, output } = start(wrong);
  expect(status).toBe(1);
  for (const name of Object.keys(wrong)) expect(output).toMatch(new RegExp(`^ *- ${name} `, "m"));
  expect(output).not.toContain("hunter2");
});

test("what would be taken for something else than it says is refused", () => {
  expect(start({ ...RIGHT, APP_URL: "https://example.org/accounts" }).output).toMatch(/- APP_URL must be an origin/);
  expect(start({ ...RIGHT, S3_BUCKET: "pictures", S3_ACCESS_KEY: "a", S3_SECRET_KEY: "b" }).output).toMatch(/- S3_BUCKET is given without STORAGE=s3/);
});

test("what belongs to mail comes together or not at all", () => {
  expect(start({ ...RIGHT, SMTP_URL: "smtps://user:hunter2@mail.example.org" }).output).toMatch(/- MAIL_FROM is missing/);
  expect(start({ ...RIGHT, MAIL_FROM: "accounts@example.org" }).output).toMatch(/- MAIL_FROM is given without SMTP_URL/);
  expect(start({ ...RIGHT, EMAIL_VERIFICATION: "required" }).output).toMatch(/- EMAIL_VERIFICATION cannot be required without SMTP_URL/);
});

test("two keys of one id are refused: nobody could tell which had sealed", () => {
  const key = "secret-secret-secret-secret-secret";
  expect(start({ ...RIGHT, SESSION_SECRETS: `1:${key}-1,1:${key}-2` }).output).toMatch(/- SESSION_SECRETS /);
});
