import { createHash } from "node:crypto";

/** Gravatar's name for an e-mail address: SHA-256, in hex, of the trimmed lower-case address (docs.gravatar.com, "Creating the hash"). */
export function gravatarHash(email: string): string {
  return createHash("sha256").update(email.trim().toLowerCase()).digest("hex");
}
