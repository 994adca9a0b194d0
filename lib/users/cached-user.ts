import { newId } from "@/lib/core/ids";
import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";

/**
 * `user:{userId}` in Redis: a cache of the user and of the views of the live sessions' devices and
 * addresses, so that *who is this?* costs no SQL. It decides no permission.
 */
export function cachedUserKey(userId: string): string {
  return `user:{${userId}}`;
}

/** How a hold begins: while it stands, the views are read from PostgreSQL and not kept. */
export const HELD = "held ";
/** Longer than any change takes from here to its drop, seconds. */
const HOLD_SECONDS = 30;
/** As long as views are kept at most, seconds. */
const DROP_SECONDS = 600;

/**
 * Call after the commit of whatever the cache shows. Not a DEL but a mark of its own: a rebuild that
 * read the old rows compares with what it had found here and so cannot put them back.
 * Without Redis there is nothing to drop; what it has lives at most 60 s more.
 */
export async function dropCachedUser(context: Context, userId: string): Promise<void> {
  await mark(context, userId, "dropped ", DROP_SECONDS);
}

/**
 * Call before the transaction of a change that must not be shown late, and `dropCachedUser` after it: who is killed
 * between the commit and the drop leaves no old views behind.
 */
export async function holdCachedUser(context: Context, userId: string): Promise<void> {
  await mark(context, userId, HELD, HOLD_SECONDS);
}

async function mark(context: Context, userId: string, state: string, seconds: number): Promise<void> {
  try {
    await context.redis.ask((client) => client.set(cachedUserKey(userId), state + newId(), { expiration: { type: "EX", value: seconds } }));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
