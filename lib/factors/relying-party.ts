import type { Settings } from "@/lib/platform/env";

/** For whom passkeys are made, and from where alone they are used (WebAuthn Level 3, RP ID and origin). */
export function relyingParty({ APP_URL, APP_NAME }: Settings): { id: string; name: string; origin: string } {
  return { id: new URL(APP_URL).hostname, name: APP_NAME, origin: APP_URL };
}

/** What an authenticator keeps a passkey under (user handle): the account's id, base64url. */
export function userHandleOf(userId: string): string {
  return Buffer.from(userId).toString("base64url");
}
