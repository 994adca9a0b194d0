import { generateKeyPairSync, randomBytes } from "node:crypto";

/** A private key for JWT_PRIVATE_KEYS. */
export function newSigningKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
}

/** ENCRYPTION_KEYS of one key. */
export function newEncryptionKey(): string {
  return `1:${randomBytes(32).toString("base64")}`;
}
