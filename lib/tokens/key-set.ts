import type { Settings } from "@/lib/platform/env";
import type { KeySet } from "./schema";

/** The public halves of all keys by which access tokens are verified (RFC 8037), for services that check them themselves. */
export function keySet(settings: Settings): KeySet {
  const keys = settings.JWT_PRIVATE_KEYS.map(({ kid, publicKey }) => {
    const { x = "" } = publicKey.export({ format: "jwk" });
    return { kty: "OKP" as const, crv: "Ed25519" as const, x, kid, alg: "EdDSA" as const, use: "sig" as const };
  });
  return { keys };
}
