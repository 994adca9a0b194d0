import { hmac, newSecret } from "@/lib/core/crypto";
import type { Settings } from "@/lib/platform/env";

/** A new refresh token: 256 random bits. */
export function newRefreshToken(): string {
  return newSecret(32);
}

export function isRefreshToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/**
 * The token that follows `token`, derived and not drawn, so that whoever asks again is told the same one though only its
 * hash is kept. Null when this process does not have the key. Without the key nobody who saw one token knows the next.
 */
export function successorOf(settings: Settings, keyId: number, token: string): string | null {
  const key = settings.SESSION_SECRETS.find(({ id }) => id === keyId);
  return key ? hmac(hmac(key.secret, "latchkey refresh token"), token) : null;
}
