import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { limitKey } from "@/lib/rate-limits/limit-key";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";

/** Pictures that one account may have made in an hour: each takes up to some seconds of a core. */
const POINTS = 100;
const HOUR = 3600;

/** Makes a picture for this account while it has one left; what failed counts as well, but for an outage. Errors: `rate_limited`. */
export async function limitChanges<T>(context: UserContext, deadline: number, change: () => Promise<T | Failure>): Promise<T | Failure> {
  const limits = [{ key: limitKey("picture.user", context.actor.userId), points: POINTS, seconds: HOUR }];
  const attempt = await reserveAttempt(context, limits, deadline);
  if (isFailure(attempt)) return attempt;
  let counts = false;
  try {
    const changed = await change();
    counts = !isFailure(changed) || changed.failure !== "unavailable";
    return changed;
  } finally {
    await attempt.settle(counts ? limits : []);
  }
}
