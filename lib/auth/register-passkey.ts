import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { addPasskey } from "@/lib/factors/add-passkey";
import { openChallenge } from "@/lib/factors/passkey-challenge";
import { passkeyView } from "@/lib/factors/passkey-view";
import type { Passkey } from "@/lib/factors/schema";
import { spendChallenge } from "@/lib/factors/spend-challenge";
import { type NewPasskey, verifyRegistration } from "@/lib/factors/verify-registration";
import { changeFactors } from "./change-factors";
import type { OwnSession } from "./own-session";
import { refuseUnprovenAddress } from "./refuse-unproven-address";
import { type ProofShown, requireProof } from "./require-proof";
import type { NewPasskeyInput } from "./schema";
import { tellOfAdded } from "./tell-of-factor";

/** As many as nobody needs. */
const MOST = 25;

/**
 * Adds a passkey to the account of who asks, as one more way in; its owner is told, with a way back when it is the first
 * factor. Errors: `proof_required`; `invalid_input` (what the authenticator answered is not right, or comes too late);
 * `conflict` (it is known here already; nobody has proven the account's address; there are too many).
 */
export async function registerPasskey(context: UserContext, { response, challenge, name }: NewPasskeyInput, shown: ProofShown): Promise<Passkey | Failure> {
  const { sessionId } = context.actor;
  const unproven = await requireProof(context, shown);
  if (unproven) return unproven;
  const opened = openChallenge(context, { purpose: "register", holder: sessionId }, challenge);
  const made = opened && (await verifyRegistration(context, response, opened.challenge, name));
  if (!made) return notMade();
  return changeFactors(context, { proof: shown }, async (tx, own) => {
    const added = (await spendChallenge(tx, opened.challenge)) ? await add(tx, own, made) : notMade();
    return isFailure(added) ? added : { set: {}, result: added };
  });
}

/** Whether an account can have one more. Errors: `conflict`. */
export function mayAddPasskey(context: UserContext, own: OwnSession): Failure | undefined {
  const unproven = refuseUnprovenAddress(context, own);
  if (unproven) return unproven;
  return own.factors.passkeys >= MOST ? fail("conflict", { detail: `An account can have ${MOST} passkeys. Remove one first.` }) : undefined;
}

/** What a person reads whose passkey was not taken, and why it may be. */
export function notMade(): Failure {
  return fail("invalid_input", { errors: [{ path: "passkey", message: "was not made in time, or not here. Please try again." }] });
}

async function add(tx: UserContext, own: OwnSession, made: NewPasskey): Promise<Passkey | Failure> {
  const refused = mayAddPasskey(tx, own);
  if (refused) return refused;
  const passkey = await addPasskey(tx, own.user.id, made, own.user.ways + 1);
  if (isFailure(passkey)) return passkey;
  await tellOfAdded(tx, own, { what: "passkey", name: passkey.name });
  return passkeyView(passkey);
}
