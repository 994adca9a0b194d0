import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { ALL_CHANNELS } from "./channel";

export type Everyone = {
  /** Something happened to somebody's account. */
  changed(): void;
  /** The subscription is gone: from here on news are missed. Called once. */
  lost(): void;
};

type Hub = { subscribed: Promise<void> | null; listeners: Set<Everyone>; waiting: NodeJS.Timeout | null };

/** However much happens, listeners hear of it at most this often. */
const AT_MOST_EVERY_MS = 1_000;

/**
 * Tells `listener` that something happened to anyone's account, but not what, until the returned function is called or
 * the subscription is lost. One pattern subscription a process, from the first listener on: who begins and ends
 * sessions publishes nothing more for it. Resolves once it stands. Rejects with RedisDown.
 */
export async function listenToAll(context: Context, listener: Everyone): Promise<() => void> {
  const hub = singleton<Hub>("listenersToAll", () => ({ subscribed: null, listeners: new Set(), waiting: null }));
  // Before it stands, so that a loss is told to it from the first moment.
  hub.listeners.add(listener);
  const stop = () => void hub.listeners.delete(listener);
  await (hub.subscribed ??= subscribe(context, hub)).catch((error: unknown) => {
    stop();
    throw error;
  });
  return stop;
}

async function subscribe(context: Context, hub: Hub): Promise<void> {
  function lose(): void {
    const listeners = [...hub.listeners];
    hub.subscribed = null;
    hub.listeners.clear();
    for (const { lost } of listeners) lost();
  }
  const subscriber = await context.redis.subscriber(lose).catch((error: unknown) => {
    hub.subscribed = null;
    throw error;
  });
  await subscriber.ask((client) => client.pSubscribe(ALL_CHANNELS, () => tell(hub)));
}

function tell(hub: Hub): void {
  if (hub.listeners.size === 0) return;
  hub.waiting ??= setTimeout(() => {
    hub.waiting = null;
    for (const { changed } of hub.listeners) changed();
  }, AT_MOST_EVERY_MS).unref();
}
