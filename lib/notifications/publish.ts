import type { Context } from "@/lib/core/context";
import { isRedisDown } from "@/lib/core/outage";
import { attemptChannel, userChannel } from "./channel";
import type { Notice } from "./schema";

/** Tells the user's open pages of a change, after its commit. Without Redis nobody hears: pages look again when they reconnect. */
export async function publish(context: Context, userId: string, notice: Notice): Promise<void> {
  await tell(context, userChannel(userId), notice);
}

/** The same for who holds an attempt; what has become of it they read themselves. */
export async function publishAttempt(context: Context, attemptId: string): Promise<void> {
  await tell(context, attemptChannel(attemptId), { type: "attempt.changed" });
}

async function tell(context: Context, channel: string, notice: Notice): Promise<void> {
  try {
    await context.redis.ask((client) => client.publish(channel, JSON.stringify(notice)));
  } catch (error) {
    if (!isRedisDown(error)) throw error;
  }
}
