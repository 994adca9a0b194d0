import type { SQL } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { acknowledge, recentlyEnded } from "./ledger/acknowledge";

/**
 * Resolves once the sessions of which `which` holds and that ended a moment ago can never be accepted again: an earlier
 * call may have committed their ends and answered `unavailable`, and whoever asks again does not find them open any
 * more. Errors: `unavailable` (still not acknowledged).
 */
export async function confirmEnds(context: Context, which: SQL | undefined): Promise<Failure | void> {
  const tombstones = await acknowledge(context, [], await recentlyEnded(context, which));
  if (isFailure(tombstones)) return tombstones;
}
