import { z } from "zod";
import type { Context } from "@/lib/core/context";
import { newSecret } from "@/lib/core/crypto";
import { derivedKey, openAtRest, sealAtRest, type SealingKey } from "@/lib/core/sealing";
import type { Settings } from "@/lib/platform/env";

export const challengePurposes = ["sign_in", "attempt", "prove", "register"] as const;

/** How long a challenge can be answered. */
export const CHALLENGE_MINUTES = 5;

/** What a challenge is for, and who alone may answer it: a browser, an attempt or a session, by its id. */
export type ChallengeFor = { purpose: (typeof challengePurposes)[number]; holder: string };

/** `userId`: of the account that comes into being with the passkey. */
export type Challenge = { challenge: string; userId?: string | undefined };

const content = z.strictObject({ challenge: z.string(), userId: z.string().optional(), expires: z.number() });

/**
 * A challenge of 256 random bits, and the same sealed for whoever asks for it: nothing is written until it is answered, so
 * that looking at a page costs no row. What it was made for is authenticated with it: it opens for nobody else and nothing else.
 */
export function newChallenge({ settings, clock }: Context, whose: ChallengeFor, userId?: string): { challenge: string; sealed: string } {
  const challenge = newSecret();
  const expires = clock.now() + CHALLENGE_MINUTES * 60_000;
  return { challenge, sealed: sealAtRest(keysOf(settings), place(whose), JSON.stringify({ challenge, userId, expires })) };
}

/** Null for one that was made for somebody or something else, or is too old. Whether it was answered before is found out when it is spent. */
export function openChallenge({ settings, clock }: Context, whose: ChallengeFor, sealed: string): Challenge | null {
  const text = openAtRest(keysOf(settings), place(whose), sealed);
  if (text === null) return null;
  const { expires, ...challenge } = content.parse(JSON.parse(text));
  return expires > clock.now() ? challenge : null;
}

function place({ purpose, holder }: ChallengeFor): string {
  return `challenges/${purpose}/${holder}`;
}

/** Of those that every installation has: where there is no mail there are none to keep things under. */
function keysOf({ SESSION_SECRETS }: Settings): SealingKey[] {
  return SESSION_SECRETS.map(({ id, secret }) => ({ id: String(id), key: derivedKey({ id: String(id), key: Buffer.from(secret) }, "latchkey passkey challenge") }));
}
