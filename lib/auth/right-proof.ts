import type { SQL } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";
import type { ProofWay, WayName } from "./schema";

/**
 * A proof that was compared and is right. It is worth nothing until it is spent, in the transaction of what it leads to: of
 * two that were compared at once one is (promise 7).
 */
export type RightProof = {
  way: WayName | ProofWay;
  /** What must still hold of the attempt that it was given for, when that is marked as done. */
  attemptStill?: SQL;
  /** Uses it up, under the account's lock. Errors: `invalid_code` (it was used meanwhile), `attempt_over`. */
  spend?: (tx: Context) => Promise<Failure | void>;
  /** Gives back what was taken from the account for it, when what it should have led to could not be done. */
  giveBack?: () => Promise<void>;
};
