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

/** Longer than any change takes from its hold to its drop. */
const HOLD_MS = 30_000;

/** What was shown stays behind the mark: it helps while PostgreSQL does not answer, and only then. */
const MARK = `
local shown = string.match(redis.call('GET', KEYS[1]) or '', '{.*') or ''
redis.call('SET', KEYS[1], ARGV[1] .. shown, 'EX', 600)`;

/**
 * Call after the commit of whatever the cache shows. Not a DEL but a mark of its own: a rebuild that
 * read the old rows compares with what it had found here and so cannot put them back.
 * Without Redis there is nothing to drop; what it has lives at most 60 s more.
 */
export async function dropCachedUser(context: Context, userId: string): Promise<void> {
  await mark(context, userId, `dropped ${newId()} `);
}

/**
 * Call before the transaction of a change that must not be shown late, and `dropCachedUser` after it: who is killed
 * between the commit and the drop leaves no old views behind. Until then each request reads the rows.
 */
export async function holdCachedUser(context: Context, userId: string): Promise<void> {
  await mark(context, userId, `held ${context.clock.now() + HOLD_MS} ${newId()} `);
}

/** Call after the account is gone, of which no session lives that could put anything back. Rejects without a trusted Redis. */
export async function eraseCachedUser(context: Context, userId: string): Promise<void> {
  await context.redis.ask((client) => client.del(cachedUserKey(userId)));
}

/** The mark of a hold that stands at this time (milliseconds), which goes on standing before what is kept; "" for none. */
export function holdOn(cached: string | null, now: number): string {
  const [hold = "", until] = /^held (\d+) \S+ /.exec(cached ?? "") ?? [];
  return Number(until) > now ? hold : "";
}

async function mark(context: Context, userId: string, state: string): Promise<void> {
  try {
    await context.redis.ask((client) => client.eval(MARK, { keys: [cachedUserKey(userId)], arguments: [state] }));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
