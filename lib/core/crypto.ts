import { createHmac, hash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new secret of `bytes` random bytes, base64url. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString("base64url");
}

/** SHA-256, base64url. For secrets of full entropy only; passwords go through argon2id. */
export function sha256(value: string): string {
  return hash("sha256", value, "base64url");
}

/** HMAC-SHA-256 (RFC 2104), base64url. */
export function hmac(key: string | Uint8Array, value: string): string {
  return createHmac("sha256", key).update(value).digest("base64url");
}

/** Compares in time that does not tell where two texts differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
