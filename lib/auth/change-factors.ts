import type { users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { publish } from "@/lib/notifications/publish";
import { changeWays } from "./change-ways";
import { isCommitted } from "./is-committed";
import type { OwnSession } from "./own-session";
import type { Asks } from "./under-own-session";

type Columns = Partial<Omit<typeof users.$inferInsert, "id" | "ways" | "secondStepSince">>;

/** `set`: in the account's row, with the counter; null when no way in was changed. */
export type FactorChange<T> = { set: Columns | null; result: T };

/**
 * The way in which a session changes the account's factors (`changeWays`), and tells its open pages. No session ends by it: so it is
 * done once it is committed, and what is shown only once is not lost because Redis is away.
 * Errors: those of `changeWays` but `unavailable`, and those of `change`.
 */
export async function changeFactors<T>(context: UserContext, asks: Asks, change: (tx: UserContext, own: OwnSession) => Promise<FactorChange<T> | Failure>): Promise<T | Failure> {
  let done: FactorChange<T> | null = null;
  const ended = await changeWays(context, {
    ...asks,
    async change(tx, own) {
      const changed = await change(tx, own);
      if (isFailure(changed)) return changed;
      done = changed;
      return changed.set;
    },
  });
  if (isFailure(ended) && !isCommitted(ended)) return ended;
  const { set, result } = done as unknown as FactorChange<T>;
  if (set !== null) await publish(context, context.actor.userId, { type: "factors.changed" });
  return result;
}
