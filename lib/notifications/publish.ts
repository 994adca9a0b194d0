import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import { userChannel } from "./channel";
import type { Notice } from "./schema";

/** Tells the user's open pages of a change, after its commit. Without Redis nobody hears: pages look again when they reconnect. */
export async function publish(context: Context, userId: string, notice: Notice): Promise<void> {
  try {
    await context.redis.ask((client) => client.publish(userChannel(userId), JSON.stringify(notice)));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
