import { canonicalAddress } from "@/lib/addresses/canonical-address";
import { networkOf } from "@/lib/addresses/network-of";
import type { Context } from "@/lib/core/context";
import { sha256 } from "@/lib/core/crypto";
import type { Limit } from "@/lib/rate-limits/limit";

const MINUTE = 60;
const HOUR = 3600;

/** How long an attempt may wait for its turn and for a hashing thread, in milliseconds, and what is left of the request after it. */
const PATIENCE_MS = 3_000;
const AFTERWARDS_MS = 1_500;

/** Until when an attempt may wait for its turn and for a hashing thread (of `performance.now()`). */
export function patienceOf({ request: { answerBy } }: Context): number {
  return Math.min(performance.now() + PATIENCE_MS, answerBy - AFTERWARDS_MS);
}

/** Keys are digests: who reads Redis does not learn which addresses were typed. */
function key(kind: string, ...parts: string[]): string {
  return `${kind}:${sha256(parts.join("\n")).slice(0, 22)}`;
}

function network(address: string | null): string {
  const canonical = address === null ? null : canonicalAddress(address);
  return canonical === null ? "none" : networkOf(canonical);
}

/**
 * The limits of a sign-in (API.md). A device that this account was used on before has one of its own and
 * is under no other, so that nobody can lock the owner out by failing for them.
 */
export function signInLimits(account: string, address: string | null, knownBrowserId: string | null): Limit[] {
  if (knownBrowserId !== null) return [{ key: key("sign-in.device", account, knownBrowserId), points: 10, seconds: 15 * MINUTE }];
  return [
    { key: key("sign-in.pair", account, network(address)), points: 10, seconds: 15 * MINUTE },
    { key: key("sign-in.address", network(address)), points: 100, seconds: HOUR },
    { key: key("sign-in.account", account), points: 100, seconds: HOUR },
  ];
}

/** Sign-ups that found the address taken: each tells that an account exists. */
export function signUpLimits(address: string | null): Limit[] {
  return [{ key: key("sign-up.address", network(address)), points: 100, seconds: HOUR }];
}

/** Wrong current passwords of a signed-in user: a borrowed session is no licence to guess. */
export function passwordLimits(userId: string): Limit[] {
  return [{ key: key("password.user", userId), points: 10, seconds: 15 * MINUTE }];
}
