import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import type { RedisClient } from "@/lib/platform/redis/redis";
import { userChannel } from "./channel";
import { type Notice, noticeSchema } from "./schema";

export type Listener = {
  notice(notice: Notice): void;
  /** Notices may have been missed: look again. Called whenever the subscription stands anew. */
  resumed(): void;
};

type Hub = { channels: Map<string, Set<Listener>>; client: RedisClient | null; connecting: boolean };

const RETRY_MS = 1_000;

/**
 * Tells `listener` of a user's changes until the returned function is called. One connection a process
 * serves all; while it is down nothing is told, and `resumed` says when that is over.
 */
export function listen(context: Context, userId: string, listener: Listener): () => void {
  const hub = singleton<Hub>("listeners", () => ({ channels: new Map(), client: null, connecting: false }));
  const channel = userChannel(userId);
  const listeners = hub.channels.get(channel) ?? new Set();
  listeners.add(listener);
  const isFirst = listeners.size === 1;
  hub.channels.set(channel, listeners);
  if (!hub.client) connect(context, hub);
  else if (isFirst) subscribe(context, hub, hub.client, channel).then(() => listener.resumed(), () => {});
  else listener.resumed();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || hub.channels.get(channel) !== listeners) return;
    hub.channels.delete(channel);
    hub.client?.unsubscribe(channel).catch(() => {});
  };
}

function connect(context: Context, hub: Hub): void {
  if (hub.connecting || hub.client) return;
  hub.connecting = true;
  const again = () => {
    hub.client = null;
    hub.connecting = false;
    if (hub.channels.size > 0) setTimeout(() => connect(context, hub), RETRY_MS).unref();
  };
  context.redis.subscriber(again).then(async (client) => {
    hub.client = client;
    hub.connecting = false;
    for (const channel of hub.channels.keys()) await subscribe(context, hub, client, channel);
    for (const listeners of hub.channels.values()) for (const listener of listeners) listener.resumed();
  }).catch((error: unknown) => {
    context.log.warn({ cause: String(error) }, "notifications: no subscription");
    again();
  });
}

function subscribe(context: Context, hub: Hub, client: RedisClient, channel: string): Promise<void> {
  return client.subscribe(channel, (message) => {
    const parsed = noticeSchema.safeParse(JSON.parse(message));
    if (!parsed.success) return context.log.warn({ channel }, "notifications: a message that is none");
    for (const listener of hub.channels.get(channel) ?? []) listener.notice(parsed.data);
  });
}
