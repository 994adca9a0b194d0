import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import type { SubscriberClient } from "@/lib/platform/redis/link";
import { userChannel } from "./channel";
import { type Notice, noticeSchema } from "./schema";

export type Listener = {
  notice(notice: Notice): void;
  /** The subscription is gone: from here on notices are missed. Called once. */
  lost(): void;
};

type Channel = { listeners: Set<Listener>; subscribed: Promise<void> };
type Hub = { client: Promise<SubscriberClient> | null; channels: Map<string, Channel> };

/**
 * Tells `listener` of a user's changes until the returned function is called or the subscription is lost.
 * Resolves once it stands. One connection a process serves all. Rejects with RedisDown.
 */
export async function listen(context: Context, userId: string, listener: Listener): Promise<() => void> {
  const hub = singleton<Hub>("listeners", () => ({ client: null, channels: new Map() }));
  const client = await (hub.client ??= connect(context, hub));
  const name = userChannel(userId);
  const channel = hub.channels.get(name) ?? { listeners: new Set(), subscribed: subscribe(context, hub, client, name) };
  hub.channels.set(name, channel);
  channel.listeners.add(listener);
  const stop = () => {
    channel.listeners.delete(listener);
    if (channel.listeners.size > 0 || hub.channels.get(name) !== channel) return;
    hub.channels.delete(name);
    client.unsubscribe(name).catch(() => {});
  };
  await channel.subscribed.catch((error: unknown) => {
    stop();
    throw error;
  });
  return stop;
}

async function connect(context: Context, hub: Hub): Promise<SubscriberClient> {
  function lose(): void {
    const channels = [...hub.channels.values()];
    hub.client = null;
    hub.channels.clear();
    for (const { listeners } of channels) for (const listener of listeners) listener.lost();
  }
  try {
    return await context.redis.subscriber(lose);
  } catch (error) {
    hub.client = null;
    throw error;
  }
}

async function subscribe(context: Context, hub: Hub, client: SubscriberClient, name: string): Promise<void> {
  await client.subscribe(name, (message) => {
    const parsed = noticeSchema.safeParse(JSON.parse(message));
    if (!parsed.success) return context.log.warn({ channel: name }, "notifications: a message that is none");
    for (const listener of hub.channels.get(name)?.listeners ?? []) listener.notice(parsed.data);
  });
}
