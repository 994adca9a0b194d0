import { refuseBeyondReach } from "@/lib/access/reach";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { ProofShown } from "@/lib/auth/require-proof";
import { admitOwnSession } from "@/lib/auth/under-own-session";
import { type Failure, isFailure } from "@/lib/core/errors";
import { type EndedSession, type Ends, endSessions } from "@/lib/sessions/end-sessions";

type Administrator = AdminContext<"sessions.end">;

export type AdministratorEnds = Pick<Ends<Administrator>, "of" | "ids" | "where"> & {
  /** What the event of each end says beyond the reason. */
  detail: Record<string, unknown>;
  /** Of the caller's step-up, for ends that need one: where more than one session is meant. */
  proof?: ProofShown;
  /** Runs in the same transaction, once something is about to end. */
  also?: (tx: Administrator) => Promise<void>;
};

/**
 * Ends sessions of others. What the caller and these owners hold, and with `proof` whether the caller's session lives and
 * was proven lately, is read inside the transaction that ends them. Errors: those of `endSessions`; `forbidden` (the caller
 * may not, or one of the owners holds more: then nothing ends); with `proof` also `proof_required` and `unauthenticated`.
 */
export function endAsAdministrator(context: Administrator, { of, ids, where, detail, proof, also }: AdministratorEnds): Promise<EndedSession[] | Failure> {
  return endSessions(context, {
    of,
    ...(proof && { beside: [context.actor.userId] }),
    ...(ids && { ids }),
    where,
    reason: "ended_by_admin",
    event: { actor: "admin", detail },
    async also(tx, open) {
      const own = proof && (await admitOwnSession(tx, { proof }));
      if (isFailure(own)) return own;
      const caller = await requirePermission(tx, "sessions.end");
      if (isFailure(caller)) return caller;
      const refused = await refuseBeyondReach(caller, of);
      if (refused) return refused;
      if (open.length > 0) await also?.(tx);
    },
  });
}
