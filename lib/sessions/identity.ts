import type { User } from "@/lib/users/schema";
import type { EndReason, Session } from "./schema";

/**
 * The answer to *who is this?* It has three values, not two: an outage (`unknown`) is never shown
 * as "signed out". `ended` tells why a credential that was ours counts no more.
 */
export type Identity =
  | { state: "authenticated"; user: User; session: Session }
  | { state: "anonymous"; ended: { reason: EndReason } | null }
  | { state: "unknown" };

export const ANONYMOUS: Identity = { state: "anonymous", ended: null };
export const UNKNOWN: Identity = { state: "unknown" };

export function endedIdentity(reason: EndReason): Identity {
  return { state: "anonymous", ended: { reason } };
}
