import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";

/** Each may hold a whole file in memory for as long as its sender takes. A page sends one at a time. */
const IN_ALL = 64;
const EACH_USER = 4;
/** From so many on each user has one, so that a few with slow senders do not take all. */
const CROWD = 32;

/**
 * A place for one upload of this user, taken before its body is read; call what is returned when it is over.
 * Errors: `rate_limited` (too many of this user's at once), `unavailable` (of everyone's).
 */
export function takeUploadPlace({ actor: { userId } }: UserContext): (() => void) | Failure {
  const places = singleton("uploadPlaces", () => ({ inAll: 0, ofUser: new Map<string, number>() }));
  const own = places.ofUser.get(userId) ?? 0;
  if (own >= EACH_USER || (own > 0 && places.inAll >= CROWD)) return fail("rate_limited", { retryAfter: 2 });
  if (places.inAll >= IN_ALL) return fail("unavailable", { retryAfter: 2 });
  places.inAll += 1;
  places.ofUser.set(userId, own + 1);
  return () => {
    places.inAll -= 1;
    const left = (places.ofUser.get(userId) ?? 1) - 1;
    if (left > 0) places.ofUser.set(userId, left);
    else places.ofUser.delete(userId);
  };
}
