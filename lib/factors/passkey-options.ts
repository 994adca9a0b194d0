import { generateAuthenticationOptions, generateRegistrationOptions } from "@simplewebauthn/server";
import type { passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { CHALLENGE_MINUTES } from "./passkey-challenge";
import { relyingParty } from "./relying-party";

type Known = Pick<typeof passkeys.$inferSelect, "credentialId" | "transports">;
type Owner = { id: string; email: string; name: string };

const TIMEOUT_MS = CHALLENGE_MINUTES * 60_000;
/** COSE: EdDSA, ES256, RS256. The same whatever the runtime could do besides. */
export const ALGORITHMS = [-8, -7, -257];

/** What a browser asks an authenticator with; `allowed`: passkeys of one account, or none to let its owner choose. */
export async function requestOptions({ settings }: Context, challenge: string, allowed?: readonly Known[]) {
  return generateAuthenticationOptions({
    rpID: relyingParty(settings).id,
    challenge: Buffer.from(challenge, "base64url"),
    timeout: TIMEOUT_MS,
    userVerification: "required",
    ...(allowed && { allowCredentials: allowed.map(described) }),
  });
}

/** What a browser has a passkey made with, on an authenticator that has none of `known`. No attestation: we ask nobody what they bought. */
export async function creationOptions({ settings }: Context, challenge: string, owner: Owner, known: readonly Known[]) {
  const { id, name } = relyingParty(settings);
  return generateRegistrationOptions({
    rpID: id,
    rpName: name,
    challenge: Buffer.from(challenge, "base64url"),
    userID: new Uint8Array(Buffer.from(owner.id)),
    userName: owner.email,
    userDisplayName: owner.name,
    timeout: TIMEOUT_MS,
    attestationType: "none",
    excludeCredentials: known.map(described),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    supportedAlgorithmIDs: [...ALGORITHMS],
  });
}

function described({ credentialId, transports }: Known) {
  return { id: credentialId, transports };
}
