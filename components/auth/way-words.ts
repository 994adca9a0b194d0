import type { GivenProofWay, ProofWay, WayName } from "@/lib/auth/schema";

export type AnyWay = WayName | ProofWay;

/** Links to the other ways. */
const wayLinks: Record<WayName | GivenProofWay, string> = {
  totp: "Use your authenticator app",
  recovery_code: "Use a recovery code",
  passkey: "Use a passkey",
  approval: "Ask another device",
  email_code: "Get a code by mail",
  password: "Use your password",
};

const PROVIDER = "provider:";

/** Which provider a way is by. Null: by none. */
export function providerIn(way: AnyWay): string | null {
  return way.startsWith(PROVIDER) ? way.slice(PROVIDER.length) : null;
}

/** `labels`: what the operator calls providers, by their names. */
export function wayLink(way: AnyWay, labels: Readonly<Record<string, string>>): string {
  const provider = providerIn(way);
  return provider === null ? wayLinks[way as WayName | GivenProofWay] : `Use ${labels[provider] ?? provider}`;
}
