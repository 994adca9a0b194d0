import { verifyRegistrationResponse } from "@simplewebauthn/server";
import { decodeAttestationObject } from "@simplewebauthn/server/helpers";
import type { Context } from "@/lib/core/context";
import { namePasskey } from "./name-passkey";
import { ALGORITHMS } from "./passkey-options";
import { isFramed, registration } from "./passkey-response";
import { relyingParty } from "./relying-party";

/** A passkey that was just made, and is nobody's yet. */
export type NewPasskey = { credentialId: string; publicKey: string; counter: number; transports: string[]; synced: boolean; name: string };

/**
 * Verifies that an authenticator has made a passkey for a challenge (WebAuthn Level 3, 7.1): here and for us, its owner present
 * and verified by it. Null when it is not right. `name`: what its owner calls it; else it is named after what keeps it.
 */
export async function verifyRegistration({ settings, request }: Context, response: unknown, challenge: string, name?: string): Promise<NewPasskey | null> {
  const given = registration.safeParse(response).data;
  if (!given) return null;
  const { id, origin } = relyingParty(settings);
  try {
    if (isFramed(given) || isAttested(given.response.attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...given, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    });
    if (!verified) return null;
    const { credential, credentialBackedUp, aaguid } = registrationInfo;
    const { transports } = given.response;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString("base64url"),
      counter: credential.counter,
      transports,
      synced: credentialBackedUp,
      name: name ?? namePasskey(request, { aaguid, transports }),
    };
  } catch {
    // It throws at whatever it cannot make sense of; nothing here can fail for a reason of ours.
    return null;
  }
}

/**
 * With certificates that we did not ask for: the library would follow their chain, and the addresses for revocation in
 * them, to wherever whoever sends them wants. A passkey that signs for itself alone (self attestation) carries none.
 */
function isAttested(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, "base64url")));
  const format = decoded.get("fmt");
  return format !== "none" && !(format === "packed" && decoded.get("attStmt").get("x5c") === undefined);
}
