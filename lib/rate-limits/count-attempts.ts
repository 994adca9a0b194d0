import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import type { Limit } from "./limit";
import { redisStore } from "./redis-store";
import { ownStore } from "./reserve-attempt";

/** How many attempts count under each of these limits, for one that is under none of them. Without Redis those of this process. */
export async function countAttempts(context: Context, limits: readonly Limit[]): Promise<number[]> {
  try {
    return await redisStore(context.redis).count(limits);
  } catch (error) {
    if (!isRedisDown(error)) throw error;
    return ownStore(context).count(limits);
  }
}
