import type { Context } from "@/lib/core/context";
import { limitRedisKey } from "./redis-store";

/** Forgets what counted under these keys. What single processes counted while Redis was away lapses by itself. Rejects without a trusted Redis. */
export async function forgetLimits({ redis }: Context, keys: readonly string[]): Promise<void> {
  await redis.ask((client) => client.del(keys.map((key) => limitRedisKey({ key }))));
}
