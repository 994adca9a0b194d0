import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** A key of 256 bits under which things are kept, and what it is called. */
export type SealingKey = { readonly id: string; readonly key: Uint8Array };

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a text for where it is kept, with the first key: AES-256-GCM (NIST SP 800-38D) under a random nonce. `place`, its
 * row and column, is authenticated with it: moved to another row, it does not open there.
 */
export function sealAtRest(keys: readonly SealingKey[], place: string, text: string): string {
  const first = firstOf(keys);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, first.key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${first.id}.${sealed.toString("base64url")}`;
}

/** What was sealed for this place, by whichever of the keys; null when none of them did. */
export function openAtRest(keys: readonly SealingKey[], place: string, sealed: string): string | null {
  const [id = "", body = ""] = sealed.split(".");
  const key = keys.find((known) => known.id === id)?.key;
  const bytes = Buffer.from(body, "base64url");
  if (!key || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/** Whether the first key sealed it, as it does everything from now on. */
export function isSealedByFirst(keys: readonly SealingKey[], sealed: string): boolean {
  return sealed.startsWith(`${firstOf(keys).id}.`);
}

/** A key for one purpose (HKDF, RFC 5869), made of one of those that seal: what it makes cannot be checked by who has only the database. */
export function derivedKey({ key }: SealingKey, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", purpose, 32));
}

function firstOf(keys: readonly SealingKey[]): SealingKey {
  const [first] = keys;
  if (!first) throw new Error("no key to seal with");
  return first;
}
