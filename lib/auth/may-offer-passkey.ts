import type { UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { readOwnSession } from "./own-session";
import { refuseUnprovenAddress } from "./refuse-unproven-address";
import { isProven, type ProofShown } from "./require-proof";

/** Whether a first passkey could be added to the caller's account at once: soon after a sign-in, which was not by one. */
export async function mayOfferPasskey(context: UserContext, shown: ProofShown): Promise<boolean> {
  const own = await readOwnSession(context);
  return !isFailure(own) && own.factors.passkeys === 0 && isProven(own, shown) && !refuseUnprovenAddress(context, own);
}
