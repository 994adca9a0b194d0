import { clientNetwork, clientSite } from "@/lib/addresses/client-network";
import type { Context, UserContext } from "@/lib/core/context";
import type { Limit } from "@/lib/rate-limits/limit";
import { limitKey } from "@/lib/rate-limits/limit-key";
import type { Attempt } from "@/lib/rate-limits/reserve-attempt";

const MINUTE = 60;
const HOUR = 3600;
const OF_ACCOUNT = "sign-in.account";

/** How long an attempt may wait for its turn and for a hashing thread, in milliseconds, and what is left of the request after it. */
const PATIENCE_MS = 3_000;
const AFTERWARDS_MS = 1_500;

/** Until when an attempt may wait for its turn and for a hashing thread (of `performance.now()`). */
export function patienceOf({ request: { answerBy } }: Context): number {
  return Math.min(performance.now() + PATIENCE_MS, answerBy - AFTERWARDS_MS);
}

/**
 * The limits of a sign-in (API.md). A device that this account was used on before has one of its own and
 * is under no other, so that nobody can lock the owner out by failing for them.
 */
export function signInLimits(account: string, address: string | null, knownBrowserId: string | null): Limit[] {
  if (knownBrowserId !== null) return [{ key: limitKey("sign-in.device", account, knownBrowserId), points: 10, seconds: 15 * MINUTE }];
  return [
    { key: limitKey("sign-in.pair", account, clientNetwork(address)), points: 10, seconds: 15 * MINUTE },
    ofAddress(address),
    ofAccount(account),
  ];
}

/** Failed sign-ins to one account, on devices that it does not know. */
export function ofAccount(account: string): Limit {
  return { key: limitKey(OF_ACCOUNT, account), points: 100, seconds: HOUR };
}

function ofAddress(address: string | null): Limit {
  return { key: limitKey("sign-in.address", clientNetwork(address)), points: 100, seconds: HOUR };
}

/** The same of a sign-in with a passkey, which nobody guesses: it counts with the failures of its network, on a device that the account knows with its own. */
export function passkeyLimits(address: string | null, known: { account: string; browserId: string } | null): Limit[] {
  return known ? signInLimits(known.account, address, known.browserId) : [ofAddress(address)];
}

/** Wrong codes of apps that were let in through the browser. Nobody guesses one; and no guesses at passwords from the same network keep an app out. */
export function exchangeLimits(address: string | null): Limit[] {
  return [{ key: limitKey("code-exchange.address", clientNetwork(address)), points: 100, seconds: HOUR }];
}

/** How many sign-ins to this account had failed within the hour, on devices that it does not know, when one under these limits began. */
export function failedBefore({ counted }: Attempt, limits: readonly Limit[]): number {
  return counted[limits.findIndex(({ key }) => key.startsWith(`${OF_ACCOUNT}:`))] ?? 0;
}

/**
 * Sign-ups of one network: those that found the address taken, each of which tells that an account exists, and those
 * that made one, so that nobody fills the house. A school or an office behind one address is the operator's to know.
 */
export function signUpLimits({ settings, request }: Context): { taken: Limit[]; made: Limit[] } {
  const [network, site] = [clientNetwork(request.address), clientSite(request.address)];
  return {
    taken: [{ key: limitKey("sign-up.address", network), points: 100, seconds: HOUR }],
    made: [
      { key: limitKey("sign-up.made", network), points: settings.SIGN_UPS_PER_HOUR, seconds: HOUR },
      { key: limitKey("sign-up.site", site), points: 10 * settings.SIGN_UPS_PER_HOUR, seconds: HOUR },
    ],
  };
}

/**
 * Wrong current passwords: a borrowed session is no licence to guess, nor to keep the owner, who has another one, from
 * changing it.
 */
export function passwordLimits({ actor: { userId, sessionId } }: UserContext): Limit[] {
  return [
    { key: limitKey("password.session", userId, sessionId), points: 10, seconds: 15 * MINUTE },
    { key: limitKey("password.user", userId), points: 30, seconds: 15 * MINUTE },
  ];
}

/**
 * Wrong codes of one way in the step-ups of a session, beside those of the account: fewer than that has, so that a stolen session
 * does not keep its owner, who has another one, from stepping up.
 */
export function stepUpLimits({ actor: { userId, sessionId } }: UserContext, way: string): Limit[] {
  return [{ key: limitKey("step-up.session", userId, sessionId, way), points: 5, seconds: HOUR }];
}

/** Wrong codes of one authenticator app that is being set up. */
export function setUpLimits(id: string): Limit[] {
  return [{ key: limitKey("totp.set-up", id), points: 10, seconds: 15 * MINUTE }];
}

/** Makings of recovery codes, right or wrong: each is ten hashes, and they are what sign-ins wait for. */
export function codeLimits({ actor: { userId } }: UserContext): Limit[] {
  return [{ key: limitKey("recovery-codes.made", userId), points: 20, seconds: HOUR }];
}

/** All of these that are counted by the account alone, whoever's network it was. */
export function keysOfAccount(userId: string, account: string): string[] {
  return [limitKey(OF_ACCOUNT, account), limitKey("password.user", userId), limitKey("recovery-codes.made", userId)];
}
