import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Trouble } from "../trouble";
import { remember } from "./stack";

const SHARED = [
  "APP_URL", "DATABASE_URL", "REDIS_URL", "SESSION_SECRETS", "ENCRYPTION_KEYS", "JWT_PRIVATE_KEYS", "DATA_DIR",
  "STORAGE", "S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET",
  "SMTP_URL", "MAIL_FROM", "APP_NAME", "EMAIL_VERIFICATION", "RISK",
] as const;

function fileIn(folder: string): string {
  return join(folder, "running.json");
}

/** Tells the other commands (admin, sweep, db:…) where the trial's servers are, while it runs. */
export function noteRunning(folder: string, env: NodeJS.ProcessEnv): void {
  writeFileSync(fileIn(folder), JSON.stringify(Object.fromEntries(SHARED.map((name) => [name, env[name]]))), { mode: 0o600 });
  remember(async () => rmSync(fileIn(folder), { force: true }));
}

/** The environment of an operator's command: what is given, else what the running trial uses. */
export function commandEnvironment(given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  if (given.DATABASE_URL) return { LOG_LEVEL: "error", ...given };
  try {
    const running = JSON.parse(readFileSync(fileIn(resolve(given.DATA_DIR || ".latchkey")), "utf8")) as NodeJS.ProcessEnv;
    return { LOG_LEVEL: "error", ...given, ...running };
  } catch {
    throw new Trouble("Latchkey does not run here: start it with `npm run up` in another terminal, or give its settings (DATABASE_URL and the others).");
  }
}
