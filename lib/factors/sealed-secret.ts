import { openAtRest, type SealingKey, sealAtRest } from "@/lib/core/sealing";

/** What the secret of an authenticator app is bound to: its row. */
export function totpPlace(id: string): string {
  return `totp_factors/${id}/secret`;
}

export function sealTotpSecret(keys: readonly SealingKey[], id: string, secret: string): string {
  return sealAtRest(keys, totpPlace(id), secret);
}

/** Null when no key opens it any more: no code of that app can be checked then. */
export function openTotpSecret(keys: readonly SealingKey[], { id, secret }: { id: string; secret: string }): string | null {
  return openAtRest(keys, totpPlace(id), secret);
}
