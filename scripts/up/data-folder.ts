import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { basename, join, resolve } from "node:path";
import { newSecret } from "@/lib/core/crypto";
import { canEnter, postgresAccount } from "../servers/postgres-account";
import { SHARED_PLACE } from "../servers/shared-place";
import { newEncryptionKey, newSigningKey } from "./new-keys";

/** What a trial keeps between starts. */
export type Secrets = { session: string; jwt: string; encryption: string; postgres: string; redis: string };

export function dataFolder(): string {
  const folder = resolve(process.env.DATA_DIR || ".latchkey");
  mkdirSync(folder, { recursive: true });
  // PostgreSQL's own account must pass through; the files in it are closed to others.
  chmodSync(folder, 0o711);
  return folder;
}

/** Where PostgreSQL's data is: in the data folder, or elsewhere if its account cannot get there. */
export function postgresFolder(folder: string): string {
  const account = postgresAccount();
  const noted = join(folder, "postgres-place");
  if (existsSync(noted)) return readFileSync(noted, "utf8");
  if (existsSync(join(folder, "postgres")) || canEnter(account, folder)) return join(folder, "postgres");
  const place = join(SHARED_PLACE, `${basename(resolve("."))}-${createHash("sha256").update(folder).digest("hex").slice(0, 12)}`, "postgres");
  writeFileSync(noted, place, { mode: 0o600 });
  return place;
}

/** Made once; readable by us alone. What an older trial did not have yet is added. */
export function secretsIn(folder: string): Secrets {
  const file = join(folder, "secrets.json");
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Secrets>) : {};
  const secrets: Secrets = {
    session: known.session ?? `1:${newSecret()}`,
    jwt: known.jwt ?? newSigningKey(),
    encryption: known.encryption ?? newEncryptionKey(),
    postgres: known.postgres ?? newSecret(),
    redis: known.redis ?? newSecret(),
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
