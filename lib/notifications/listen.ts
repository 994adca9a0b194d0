import type { Context } from "@/lib/core/context";
import { inTurn } from "@/lib/core/in-turn";
import { singleton } from "@/lib/core/singleton";
import type { Subscriber } from "@/lib/platform/redis/redis";
import { type Notice, noticeSchema } from "./schema";

export type Listener = {
  notice(notice: Notice): void;
  /** The subscription is gone: from here on notices are missed. Called once. */
  lost(): void;
};

type Channel = { listeners: Set<Listener>; subscribed: Promise<void> };
/** One connection and what it is subscribed to: with the one the other is gone. */
type Line = { subscriber: Subscriber; channels: Map<string, Channel> };
type Hub = { line: Promise<Line> | null };

/**
 * Tells `listener` what is published on a channel (of a user, or an attempt) until the returned function is called or the subscription is lost.
 * Resolves once it stands. One connection a process serves all. Rejects with RedisDown.
 */
export async function listen(context: Context, name: string, listener: Listener): Promise<() => void> {
  const hub = singleton<Hub>("listeners", () => ({ line: null }));
  const line = await (hub.line ??= open(context, hub));
  const channel = line.channels.get(name) ?? { listeners: new Set(), subscribed: subscribe(context, line, name) };
  line.channels.set(name, channel);
  channel.listeners.add(listener);
  const stop = () => {
    channel.listeners.delete(listener);
    if (channel.listeners.size > 0 || line.channels.get(name) !== channel) return;
    line.channels.delete(name);
    unsubscribe(line, name).catch(() => {});
  };
  await channel.subscribed.catch((error: unknown) => {
    stop();
    throw error;
  });
  return stop;
}

async function open(context: Context, hub: Hub): Promise<Line> {
  const channels: Line["channels"] = new Map();
  function lose(): void {
    const gone = [...channels.values()];
    hub.line = null;
    channels.clear();
    for (const { listeners } of gone) for (const listener of listeners) listener.lost();
  }
  try {
    return { subscriber: await context.redis.subscriber(lose), channels };
  } catch (error) {
    hub.line = null;
    throw error;
  }
}

/**
 * A channel's commands go one after the other: the client forgets a channel when it is told that it was left, also one that
 * was asked for again meanwhile, and nobody would hear anything on it. One that fails ends the connection, and so everybody
 * comes anew.
 */
function subscribe(context: Context, { subscriber, channels }: Line, name: string): Promise<void> {
  const tell = (message: string) => {
    const parsed = noticeSchema.safeParse(JSON.parse(message));
    if (!parsed.success) return context.log.warn({ channel: name }, "notifications: a message that is none");
    for (const listener of channels.get(name)?.listeners ?? []) listener.notice(parsed.data);
  };
  return inTurn(name, () => subscriber.ask((client) => client.subscribe(name, tell)));
}

function unsubscribe({ subscriber }: Line, name: string): Promise<void> {
  return inTurn(name, () => subscriber.ask((client) => client.unsubscribe(name)));
}
