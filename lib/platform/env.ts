import { existsSync } from "node:fs";
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { z } from "zod";
import type { SealingKey } from "@/lib/core/sealing";
import { singleton } from "@/lib/core/singleton";
import { displayText } from "@/lib/core/text";
import { parseDuration } from "@/lib/core/time";
import { sender, smtpServer } from "./mail-settings";
import { nativeRedirects } from "./native-redirects";
import { providerNames, type ProviderSettings, readProviders } from "./provider-settings";

/** The settings of `API.md`, read and checked once at start. The only reader of `process.env`. */

const DAY = 86_400;

const text = z.string().trim().min(1);
const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `must be from ${minimum} to ${maximum}`);
const seconds = (minimum: number) =>
  z.string().transform((value, check) => {
    const duration = parseDuration(value);
    if (duration !== null && duration >= minimum) return duration;
    check.addIssue({ code: "custom", message: `must be a duration of at least ${minimum} s, as 1800, 30m or 7d` });
    return z.NEVER;
  });
const url = (...schemes: string[]) =>
  text.refine((value) => {
    try {
      return schemes.includes(new URL(value).protocol);
    } catch {
      return false;
    }
  }, `must be an address that starts with ${schemes.map((scheme) => `${scheme}//`).join(" or ")}`);

/** `id:secret,…`; ids are whole numbers; the first seals, all unseal. */
const sessionSecrets = text.transform((value, check) => {
  const keys = value.split(",").map((entry) => /^\s*(\d{1,9}):(.{32,}?)\s*$/.exec(entry));
  const ids = new Set(keys.map((key) => key?.[1]));
  if (keys.every((key) => key !== null) && ids.size === keys.length) {
    return keys.map((key) => ({ id: Number(key[1]), secret: key[2] as string }));
  }
  check.addIssue({ code: "custom", message: "must be id:secret,… with different whole numbers and secrets of at least 32 characters" });
  return z.NEVER;
});

/** `id:key,…`: 256 bits in base64; the first seals what is kept, all open it. */
const encryptionKeys = text.transform((value, check) => {
  const keys = value.split(",").map((entry) => /^\s*(\d{1,9}):([\w+/-]{43}=?)\s*$/.exec(entry));
  const ids = new Set(keys.map((key) => key?.[1]));
  if (keys.every((key) => key !== null) && ids.size === keys.length) {
    return keys.map((key): SealingKey => ({ id: key[1] as string, key: Buffer.from(key[2] as string, "base64") }));
  }
  check.addIssue({ code: "custom", message: "must be id:key,… with different whole numbers and keys of 32 bytes in base64 (openssl rand -base64 32)" });
  return z.NEVER;
});

/** A key that signs access tokens. `kid` is its public half's thumbprint (RFC 7638): the same key has it everywhere. */
export type SigningKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject };

function signingKey(base64: string): SigningKey {
  const privateKey = createPrivateKey({ key: Buffer.from(base64, "base64"), format: "der", type: "pkcs8" });
  if (privateKey.asymmetricKeyType !== "ed25519") throw new Error("not Ed25519");
  const publicKey = createPublicKey(privateKey);
  const { crv, kty, x } = publicKey.export({ format: "jwk" });
  return { kid: createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url"), privateKey, publicKey };
}

/** Ed25519 private keys (PKCS #8 DER in base64), separated by commas; the first signs, all verify. */
const jwtPrivateKeys = text.transform((value, check) => {
  try {
    const keys = value.split(",").map((key) => signingKey(key.trim()));
    if (new Set(keys.map(({ kid }) => kid)).size === keys.length) return keys;
  } catch {
    // Said below: no part of a secret belongs in a message.
  }
  check.addIssue({ code: "custom", message: "must be different Ed25519 private keys (PKCS #8 DER in base64: openssl genpkey -algorithm ed25519 -outform DER | base64), separated by commas" });
  return z.NEVER;
});

/** Origins, separated by commas, spelled as browsers spell them. */
const origins = z.string().transform((value, check) => {
  const list = value.split(",").map((origin) => origin.trim());
  if (list.every((origin) => url("http:", "https:").safeParse(origin).success && new URL(origin).origin === origin)) return list;
  check.addIssue({ code: "custom", message: "must be origins as https://app.example.org, without a path, separated by commas" });
  return z.NEVER;
});

const roleNames = text.transform((value, check) => {
  const names = value.split(",").map((name) => name.trim());
  if (names.every((name) => /^[A-Za-z][\w-]{1,31}$/.test(name))) return names;
  check.addIssue({ code: "custom", message: "must be names of roles, separated by commas" });
  return z.NEVER;
});

const redisUrl = text.transform((value, check) => {
  const nodes = value.split(",").map((node) => node.trim());
  if (nodes.every((node) => url("redis:", "rediss:").safeParse(node).success)) return nodes;
  check.addIssue({ code: "custom", message: "must be redis:// or rediss:// addresses, separated by commas" });
  return z.NEVER;
});

/**
 * A name of the IANA time zone database that PostgreSQL and this Node both know. Only `UTC` and those with a slash: of the
 * others PostgreSQL takes some for abbreviations with a fixed offset ("CET"), and offsets with the opposite sign.
 */
const timeZone = text.refine((name) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    return name === "UTC" || name.includes("/");
  } catch {
    return false;
  }
}, "must be the name of a time zone as Europe/Berlin, or UTC");

export const settingsSchema = z.object({
  APP_URL: url("http:", "https:")
    .refine((value) => /^https?:\/\/[^/?#@]+\/?$/i.test(value), "must be an origin as https://accounts.example.org: it cannot live below a path")
    .transform((value) => new URL(value).origin),
  PORT: whole(0, 65_535).default(3000),
  DATABASE_URL: url("postgres:", "postgresql:"),
  REDIS_URL: redisUrl,
  SESSION_SECRETS: sessionSecrets,
  /** Nothing is sealed where there is no mail, so that an older installation starts as it is. */
  ENCRYPTION_KEYS: encryptionKeys.default([]),
  SESSION_TTL_SECONDS: seconds(1).default(1800),
  SESSION_ABSOLUTE_SECONDS: seconds(1).default(30 * DAY),
  JWT_PRIVATE_KEYS: jwtPrivateKeys,
  JWT_ACCESS_EXPIRES_IN: seconds(1).default(15 * 60),
  JWT_REFRESH_EXPIRES_IN: seconds(1).default(7 * DAY),
  CORS_ORIGINS: origins.default([]),
  /** Where the browser may lead back to an app that signs in by it; without any no app can. */
  NATIVE_REDIRECTS: nativeRedirects.default([]),
  MAX_CONCURRENT_SESSIONS: whole(1, 1000).default(5),
  TRUSTED_PROXY_HOPS: whole(0, 10).default(0),
  WORKERS: whole(1, 256).default(1),
  /** How long SIGTERM leaves a process answering, until balancers send nothing more. */
  DRAIN_SECONDS: seconds(0).default(5),
  /** Of each process. */
  MAX_CONNECTIONS: whole(10, 1_000_000).default(10_000),
  PASSWORD_MIN_LENGTH: whole(8, 64).default(15),
  /** New accounts of one network: a school or office may have one address for all. */
  SIGN_UPS_PER_HOUR: whole(1, 1_000_000).default(60),
  HASH_THREADS: whole(1, 256).default(Math.max(1, availableParallelism() - 1)),
  STORAGE: z.enum(["disk", "s3"]).default("disk"),
  /** Any S3; without it Amazon's of the region. With it buckets are named in the path, without it in the host. */
  S3_ENDPOINT: url("http:", "https:").optional(),
  S3_REGION: text.default("us-east-1"),
  S3_ACCESS_KEY: text.optional(),
  S3_SECRET_KEY: text.optional(),
  S3_BUCKET: text.optional(),
  /** Where browsers find the bucket's objects, if not here: a CDN. */
  S3_PUBLIC_URL: url("http:", "https:").transform((value) => value.replace(/\/+$/, "")).optional(),
  /** A Gravatar server; the hash is looked for below its /avatar. The operator's own, so it may be http and loopback. */
  GRAVATAR_URL: url("http:", "https:").default("https://gravatar.com").transform((value) => `${value.replace(/\/+$/, "").replace(/\/avatar$/, "")}/avatar`),
  DATA_DIR: text.default(".latchkey"),
  /** Where mail is handed over; without it there is none. */
  SMTP_URL: smtpServer.optional(),
  MAIL_FROM: sender.optional(),
  /** What mails call this place. */
  APP_NAME: displayText(40).default("Latchkey"),
  /** Whether an address is proven before it has an account; what is not given follows from whether there is mail. */
  EMAIL_VERIFICATION: z.enum(["required", "off"]).optional(),
  /** What becomes of a sign-in that looks like somebody else's; likewise. */
  RISK: z.enum(["off", "notify", "ask"]).optional(),
  /** Whether a device that an account does not know is approved by another one: never, where its owner wants it, always. */
  DEVICE_APPROVAL: z.enum(["off", "optional", "required"]).default("optional"),
  /** For how long a second step is not asked for again on a device where its owner said so. */
  TRUSTED_DEVICE_DAYS: whole(1, 365).default(30),
  /** Roles whose holders need a second step, separated by commas. */
  REQUIRE_SECOND_FACTOR: roleNames.default([]),
  /** For how long a proof of who one is opens what changes the account. */
  STEP_UP_MINUTES: whole(1, 60).default(10),
  /** Other providers that open accounts, by name, separated by commas; each has settings of its own. */
  OIDC_PROVIDERS: providerNames.default([]),
  /** For how long an account whose deletion was asked for can still be kept. */
  ACCOUNT_DELETION_DAYS: whole(0, 365).default(14),
  /** After how many days what happened, and sessions that have ended, are forgotten; without it they are kept. No fewer than a day's figures stay open (lib/insights). */
  EVENTS_RETENTION_DAYS: whole(4, 36_500).optional(),
  SESSIONS_RETENTION_DAYS: whole(4, 36_500).optional(),
  /** Whose days the figures of /admin/insights are. */
  TIME_ZONE: timeZone.default("UTC"),
  GEOIP_DATABASE: text.refine((file) => existsSync(file), "names a file that is not there").optional(),
  /** The first administrator, made at start while there was never one (scripts/create-administrator.ts). */
  ADMIN_EMAIL: text.regex(/^[^\s@]+@[^\s@]+$/, "is not an email address").optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** With `STORAGE=s3`. */
const NEEDED_FOR_S3 = ["S3_BUCKET", "S3_ACCESS_KEY", "S3_SECRET_KEY"] as const;

type Parsed = z.infer<typeof settingsSchema>;

export type Settings = Omit<Parsed, "OIDC_PROVIDERS"> & {
  EMAIL_VERIFICATION: NonNullable<Parsed["EMAIL_VERIFICATION"]>;
  RISK: NonNullable<Parsed["RISK"]>;
  OIDC_PROVIDERS: readonly ProviderSettings[];
  /** `npm run dev`: set by Next itself. */
  DEVELOPMENT: boolean;
  /** Where the build is that is served, from the checkout; `up` and the tests set it (scripts/steps/build-app.ts). */
  BUILD_FOLDER: string;
};

/** What is wrong with the settings, one line each; empty if nothing is. An empty variable counts as not given. */
export function checkSettings(env: Record<string, string | undefined>): { settings: Settings | null; problems: string[] } {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = settingsSchema.safeParse(given);
  const { providers, problems: ofProviders } = readProviders(given);
  const unfit = [...unfitForStorage(given), ...unfitForMail(given), ...ofProviders];
  if (parsed.success && unfit.length === 0) {
    const { EMAIL_VERIFICATION = given.SMTP_URL ? "required" : "off", RISK = given.SMTP_URL ? "ask" : "off" } = parsed.data;
    const settings = { ...parsed.data, EMAIL_VERIFICATION, RISK, OIDC_PROVIDERS: providers, DEVELOPMENT: env.NODE_ENV === "development", BUILD_FOLDER: env.BUILD_FOLDER || ".next" };
    return { settings, problems: [] };
  }
  const problems = (parsed.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]);
    return given[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`;
  });
  return { settings: null, problems: [...problems, ...unfit] };
}

type Given = Record<string, string | undefined>;

function unfitForStorage(given: Given): string[] {
  if (given.STORAGE === "s3") return NEEDED_FOR_S3.filter((name) => given[name] === undefined).map((name) => `${name} is missing`);
  return Object.keys(given).filter((name) => name.startsWith("S3_")).map((name) => `${name} is given without STORAGE=s3`);
}

function unfitForMail({ SMTP_URL, MAIL_FROM, ENCRYPTION_KEYS, EMAIL_VERIFICATION }: Given): string[] {
  if (SMTP_URL !== undefined) return Object.entries({ MAIL_FROM, ENCRYPTION_KEYS }).flatMap(([name, value]) => (value === undefined ? [`${name} is missing, which SMTP_URL needs`] : []));
  return [
    ...(MAIL_FROM === undefined ? [] : ["MAIL_FROM is given without SMTP_URL"]),
    ...(EMAIL_VERIFICATION === "required" ? ["EMAIL_VERIFICATION cannot be required without SMTP_URL: the codes come by mail"] : []),
  ];
}

/**
 * The settings of this process, read once: Next adds those of a `.env` file to the environment later, and half of the
 * app would go by them. Throws one error that lists all that is wrong; secrets are not repeated.
 */
export function readSettings(): Settings {
  return singleton("settings", () => {
    const { settings, problems } = checkSettings(process.env);
    if (settings) return settings;
    throw new Error(`The settings are not right:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  });
}
