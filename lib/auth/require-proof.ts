import type { UserContext } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { secondStepOf } from "@/lib/factors/second-step";
import { type OwnSession, readOwnSession } from "./own-session";
import type { ProofWay } from "./schema";

/**
 * What a step-up is shown by: the secret that its holder was given, which a stolen session cookie does not bring; or, where
 * an attempt that was begun with one ends, that it is still young.
 */
export type ProofShown = { secret: string | null } | "when it began";

/**
 * Refuses early what needs a step-up (ACCOUNTS 8): a proof at most `STEP_UP_MINUTES` old, held by who asks, since which
 * nothing about the account's ways in was changed by anybody else. Whatever changes something asks again under its
 * locks. Errors: `proof_required` (with the ways that would do), `unauthenticated`.
 */
export async function requireProof(context: UserContext, shown: ProofShown): Promise<Failure | void> {
  const own = await readOwnSession(context);
  return isFailure(own) ? own : refuseUnproven(own, shown);
}

/** The same of a session that was read. */
export function refuseUnproven(own: OwnSession, shown: ProofShown): Failure | undefined {
  return isProven(own, shown) ? undefined : fail("proof_required", { ways: waysToProve(own) });
}

export function isProven({ user, proofHash, proofWays, isFresh }: OwnSession, shown: ProofShown): boolean {
  const isHeld = shown === "when it began" || (shown.secret !== null && proofHash !== null && equalInConstantTime(proofHash, sha256(shown.secret)));
  return isFresh && isHeld && proofWays === user.ways;
}

/**
 * The account's strongest ways to prove who one is: with the second step on never the password alone (ACCOUNTS 8). Where
 * there is nothing else, another provider that can say when its owner was there last; then a code to an address that was proven;
 * none at all: a password has to be set first, by a link.
 */
export function waysToProve({ user, factors, mail, provers }: Pick<OwnSession, "user" | "factors" | "mail" | "provers">): ProofWay[] {
  const secondStep = secondStepOf(factors);
  if (secondStep) return secondStep;
  const own: ProofWay[] = [...(factors.passkeys > 0 ? (["passkey"] as const) : []), ...(user.passwordHash === null ? [] : (["password"] as const))];
  if (own.length > 0) return own;
  if (provers.length > 0) return provers.map((name) => `provider:${name}` as const);
  return mail && user.emailVerified ? ["email_code"] : [];
}
