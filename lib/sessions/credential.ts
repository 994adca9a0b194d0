import { z } from "zod";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";

/**
 * What the sealed cookie carries: the user `u`, the session `s`, the secret `k`, the absolute end `a`
 * (milliseconds since 1970) and the session's own idle time `t` (seconds).
 */
export const credentialSchema = z.strictObject({
  u: z.uuid(),
  s: z.uuid(),
  k: z.string().min(43).max(43),
  a: z.int().positive(),
  t: z.int().positive(),
});
export type SessionCredential = z.infer<typeof credentialSchema>;

/**
 * What a token proves of its session, once lib/tokens has verified it: its signature (of a refresh token: its hash)
 * stands for `k`. `jti`: the access token's own id, by which it can be revoked alone; null for a refresh token.
 * `expiresAt`: its end, milliseconds.
 */
export type TokenCredential = { u: string; s: string; t: number; jti: string | null; expiresAt?: number };

/** What a request is judged by. */
export type Credential = SessionCredential | TokenCredential;

/** The id by which this credential alone can be revoked. */
export function revocableId(credential: Credential): string | null {
  return "jti" in credential ? credential.jti : null;
}

/** Whether the credential is the session's own. A token is good for native sessions only: a leaked signing key opens no browser's. */
export function isCredentialOf(credential: Credential, session: { client: "browser" | "native"; secretHash: string }): boolean {
  return "k" in credential ? equalInConstantTime(session.secretHash, sha256(credential.k)) : session.client === "native";
}
