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

/**
 * Call after the commit of whatever the cache shows. Not a DEL but a mark of its own: a rebuild that
 * read the old rows compares with what it had found here and so cannot put them back.
 * Without Redis there is nothing to drop; what it has lives at most 60 s more.
 */
export async function dropCachedUser(context: Context, userId: string): Promise<void> {
  try {
    await context.redis.ask((client) => client.set(cachedUserKey(userId), `dropped ${newId()}`, { expiration: { type: "EX", value: 600 } }));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
