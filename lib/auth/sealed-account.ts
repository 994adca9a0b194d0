import type { Context } from "@/lib/core/context";
import { openAtRest } from "@/lib/core/sealing";
import type { AppDescription } from "@/lib/devices/describe-app";
import type { AttemptRow } from "./attempt-row";
import type { NewAccount } from "./make-account";
import type { PendingIdentity } from "./pending-identity";
import { attemptKeys, sealedPlace } from "./sealed-place";

/** What was sealed when an attempt began: the account that a sign-up wants, what a native client says of its device, the identity at another provider that it is about, and of one that keeps an account whether what led to it is no step-up. */
export type SealedFacts = Partial<NewAccount> & { app?: AppDescription; pending?: PendingIdentity; isWeak?: boolean };

/** Null when nothing was, or no key opens it any more. */
export function sealedFacts({ settings }: Context, { id, sealed }: AttemptRow): SealedFacts | null {
  const text = sealed === null ? null : openAtRest(attemptKeys(settings), sealedPlace("attempts", id), sealed);
  return text === null ? null : (JSON.parse(text) as SealedFacts);
}

/** The account that a sign-up wants. */
export function sealedAccount(context: Context, attempt: AttemptRow): (NewAccount & SealedFacts) | null {
  const { id, name, passwordHash = null, passkey, app } = sealedFacts(context, attempt) ?? {};
  return id && name && (passwordHash || passkey) ? { id, name, passwordHash, ...(passkey && { passkey }), ...(app && { app }) } : null;
}
