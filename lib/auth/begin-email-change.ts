import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { type BegunAttempt, beginAttempt } from "./begin-attempt";
import { emailKey } from "./email-key";
import { refuseManyCodes } from "./mail-budgets";
import { type OwnSession, readOwnSession } from "./own-session";
import { type ProofShown, requireProof } from "./require-proof";
import type { EmailInput } from "./schema";
import { underOwnSession } from "./under-own-session";

type Client = "browser" | "native";

/**
 * Asks for another address: a code goes to it, and until it is typed the account keeps the one it has (ACCOUNTS 6). An
 * address that is taken is answered like any other, and gets no code. Needs a step-up.
 * Errors: `proof_required`, `invalid_input` (it is the account's already), `rate_limited`, `unauthenticated`.
 */
export async function beginEmailChange(context: UserContext, { email }: EmailInput, client: Client, proof: ProofShown): Promise<BegunAttempt | Failure> {
  const unproven = await requireProof(context, proof);
  if (unproven) return unproven;
  const tooMany = await refuseManyCodes(context, context.actor.userId, "change");
  if (tooMany) return tooMany;
  return underOwnSession(context, { proof }, async (tx, own) => {
    const isSame = emailKey(email) === own.user.emailKey && own.user.emailVerified;
    if (isSame) return fail("invalid_input", { errors: [{ path: "email", message: "is your address already" }] });
    return begin(tx, own, email, client);
  });
}

/**
 * Sends a code to the address that the account has and nobody has proven. Whoever is signed in may: it gives nobody
 * anything but its owner. Errors: `conflict` (it is proven), `rate_limited`, `unauthenticated`.
 */
export async function beginEmailProof(context: UserContext, client: Client): Promise<BegunAttempt | Failure> {
  const now = await readOwnSession(context);
  if (isFailure(now)) return now;
  if (now.user.emailVerified) return isProven();
  const tooMany = await refuseManyCodes(context, context.actor.userId, "own");
  if (tooMany) return tooMany;
  return underOwnSession(context, {}, async (tx, own) => {
    if (own.user.emailVerified) return isProven();
    return begin(tx, own, own.user.email, client);
  });
}

function isProven(): Failure {
  return fail("conflict", { detail: "This address is confirmed already." });
}

function begin(tx: UserContext, { user, browserId }: OwnSession, email: string, client: Client): Promise<BegunAttempt> {
  return beginAttempt(tx, {
    kind: "email_change",
    account: { userId: user.id, ways: user.ways },
    sessionId: tx.actor.sessionId,
    email,
    browserId,
    client,
    remember: false,
    next: null,
    asked: ["email_code"],
  });
}
