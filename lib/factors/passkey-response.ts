import { z } from "zod";

const base64url = z.string().min(1).max(16_384).regex(/^[\w-]+$/);
/** An id of up to 1023 bytes (WebAuthn Level 3, Credential ID). */
const credentialId = base64url.max(1_364);
const common = { id: credentialId, rawId: credentialId, type: z.literal("public-key") };

/** What an authenticator answers to be let in (AuthenticationResponseJSON), as far as it counts. */
export const assertion = z.object({
  ...common,
  response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url, userHandle: base64url.nullish() }),
});
export type Assertion = z.infer<typeof assertion>;

const transports = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"];

/** What it answers when it has made a passkey (RegistrationResponseJSON). */
export const registration = z.object({
  ...common,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z
      .array(z.string().max(32))
      .max(16)
      .default([])
      .transform((named) => transports.filter((transport) => named.includes(transport))),
  }),
});
export type Registration = z.infer<typeof registration>;

/** A page of ours in a frame of somebody else's asked for it: no page of ours can be framed. */
export function isFramed({ response }: Assertion | Registration): boolean {
  const { crossOrigin = false } = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString("utf8")) as { crossOrigin?: unknown };
  return crossOrigin !== false;
}
