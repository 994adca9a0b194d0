import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { passkeys } from "@/db/schema";
import type { Settings } from "@/lib/platform/env";
import { type Assertion, isFramed } from "./passkey-response";
import { relyingParty, userHandleOf } from "./relying-party";

type Key = Pick<typeof passkeys.$inferSelect, "credentialId" | "publicKey" | "userId">;

/** What an authenticator said of a passkey that was just used. */
export type PasskeyUse = { counter: number; synced: boolean };

/** A key that nobody has: an unknown passkey is verified like a known one, and takes as long. */
const NOBODYS = "pQECAyYgASFYIA49OBRD2H1a3d26sAB-ACj-lOO35axmiNqko64XqADvIlgghl63PDmsoHgb2PLRhcb-uDE2ZGzO25y3nM8Ws4-U2js";

/**
 * Verifies what an authenticator answered to a challenge (WebAuthn Level 3, 7.2): made here and for us, its owner present and
 * verified by it, signed by this passkey, kept under its account's own handle if it names one. Null when it is not
 * right, or there is no such passkey. The signature counter is the caller's to compare, once this is right.
 */
export async function verifyAssertion(settings: Settings, key: Key | null, given: Assertion, challenge: string): Promise<PasskeyUse | null> {
  const { id, origin } = relyingParty(settings);
  const { userHandle, ...signed } = given.response;
  const isForeign = userHandle !== null && userHandle !== undefined && userHandle !== (key && userHandleOf(key.userId));
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...given, clientExtensionResults: {}, response: signed },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      // The library throws when a counter goes back, before it looks at the signature: anybody could have that told.
      credential: { id: given.id, publicKey: new Uint8Array(Buffer.from(key?.publicKey ?? NOBODYS, "base64url")), counter: 0 },
    });
    if (!verified || !key || isForeign || isFramed(given)) return null;
    return { counter: authenticationInfo.newCounter, synced: authenticationInfo.credentialBackedUp };
  } catch {
    // It throws at whatever it cannot make sense of; nothing here can fail for a reason of ours.
    return null;
  }
}
