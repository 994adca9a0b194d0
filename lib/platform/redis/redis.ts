import { REDIS_DEADLINE_MS, withDeadline } from "@/lib/core/deadline";
import type { Clock } from "@/lib/core/time";
import type { Log } from "@/lib/platform/log";
import { clockSkew, MOST_SKEW_MS } from "./clock-skew";
import { connectWithin, discard, newClient, openLink, type Link, type SubscriberClient } from "./link";

/**
 * One connection to one Redis, or to all masters of one cluster. It never reconnects by itself: a new
 * connection is a new object, so that trust, which belongs to a connection (DESIGN 4), cannot pass to
 * another server unseen.
 */
export type Connection = Link & { trusted: boolean };
export type { Master } from "./link";
export type RedisClient = Link["client"];

/** Connecting happens beside the requests, also while a starting process is busy: it may take longer than an answer. */
const CONNECT_MS = 1_500;

/** So often a subscriber's connection is asked whether it is still heard: nothing else need ever be sent on it. */
const PING_MS = 2_000;

/** Thrown when no trusted Redis answered. Compare `code`. An error is never nil. */
export class RedisDown extends Error {
  readonly code = "REDIS_DOWN";
}

/** A connection of its own for subscriptions. */
export type Subscriber = {
  /** Sends commands over it. Rejects with RedisDown after the deadline and on every error, each of which also ends it. */
  ask<T>(send: (client: SubscriberClient) => Promise<T>): Promise<T>;
};

type Send<T> = (client: RedisClient, connection: Connection) => Promise<T>;

export type Redis = {
  /** The connection in use, trusted or not; null while there is none. */
  readonly connection: Connection | null;
  /**
   * Sends commands over the trusted connection; commands sent in one call leave in one write.
   * Rejects with RedisDown when there is none, when the deadline passes and on every error,
   * each of which also ends the connection and with it the trust.
   */
  ask<T>(send: Send<T>): Promise<T>;
  /** The same over a given connection that need not be trusted yet (replay). */
  askOn<T>(connection: Connection, send: Send<T>): Promise<T>;
  /** Opens a new connection, not trusted yet, in place of one that was lost; warns if its clock and ours differ. */
  connect(): Promise<Connection>;
  /** Called whenever the connection in use is lost. */
  onLoss(listener: () => void): void;
  /** Opens one beside the connection in use; `lost` is called once when it ends or is silent, or when the one in use is lost. */
  subscriber(lost: () => void): Promise<Subscriber>;
  close(): void;
};

/** A Redis that nobody has connected to yet; several addresses are nodes of a cluster. */
export function createRedis(urls: readonly string[], log: Log, clock: Clock): Redis {
  let current: Connection | null = null;
  let closed = false;
  let turn = 0;
  const listeners = new Set<() => void>();
  const subscribers = new Map<SubscriberClient, () => void>();

  function lose(connection: Connection, cause: unknown) {
    if (connection.trusted) log.warn({ cause: String(cause) }, "redis: trust lost");
    connection.trusted = false;
    if (current !== connection) return;
    current = null;
    connection.discard();
    // What does not answer the one will not tell the others anything either.
    for (const subscriber of subscribers.keys()) unsubscribe(subscriber);
    if (!closed) for (const listener of listeners) listener();
  }

  function unsubscribe(client: SubscriberClient) {
    const lost = subscribers.get(client);
    if (!subscribers.delete(client)) return;
    discard(client);
    lost?.();
  }

  async function askOn<T>(connection: Connection, send: Send<T>): Promise<T> {
    try {
      const answer = await withDeadline(send(connection.client, connection), REDIS_DEADLINE_MS, "Redis");
      if (current !== connection) throw new Error("the connection was given up meanwhile");
      return answer;
    } catch (error) {
      lose(connection, error);
      throw new RedisDown("Redis did not answer", { cause: error });
    }
  }

  async function askSubscriber<T>(client: SubscriberClient, send: (client: SubscriberClient) => Promise<T>): Promise<T> {
    try {
      const answer = await withDeadline(send(client), REDIS_DEADLINE_MS, "Redis");
      if (!subscribers.has(client)) throw new Error("the connection was given up meanwhile");
      return answer;
    } catch (cause) {
      unsubscribe(client);
      throw new RedisDown("Redis did not answer", { cause });
    }
  }

  return {
    get connection() {
      return current;
    },
    async ask(send) {
      if (!current?.trusted) throw new RedisDown("no trusted Redis");
      return askOn(current, send);
    },
    askOn,
    async connect() {
      let connection: Connection | undefined;
      const link = await openLink(urls, CONNECT_MS, (cause) => connection && lose(connection, cause)).catch((cause: unknown) => {
        throw new RedisDown("Redis cannot be reached", { cause });
      });
      if (closed) {
        link.discard();
        throw new RedisDown("closed");
      }
      if (current) lose(current, "replaced");
      connection = { ...link, trusted: false };
      current = connection;
      const skewMs = await askOn(connection, (_client, { masters }) => clockSkew(masters, clock));
      if (Math.abs(skewMs) > MOST_SKEW_MS) log.warn({ skewMs }, "redis: its clock is not ours: by so many milliseconds it is ahead");
      return connection;
    },
    onLoss(listener) {
      listeners.add(listener);
    },
    async subscriber(lost) {
      if (!current) throw new RedisDown("no Redis");
      // In a cluster every node passes on what is published anywhere; a node that is gone must not be asked for ever.
      const client = newClient(urls[turn++ % urls.length] as string, CONNECT_MS);
      client.on("error", () => unsubscribe(client));
      client.on("end", () => unsubscribe(client));
      // From now on, so that a loss of the connection in use counts for one that is still being opened, too.
      subscribers.set(client, () => {});
      try {
        await connectWithin(client, CONNECT_MS, () => discard(client));
        if (!subscribers.has(client)) throw new Error("lost before it stood");
      } catch (cause) {
        subscribers.delete(client);
        discard(client);
        throw new RedisDown("Redis cannot be reached", { cause });
      }
      // It may be a replica's, of which the connection in use knows nothing; and one that is frozen closes nothing.
      const pinging = setInterval(() => askSubscriber(client, () => client.ping()).catch(() => {}), PING_MS).unref();
      subscribers.set(client, () => {
        clearInterval(pinging);
        lost();
      });
      return { ask: (send) => askSubscriber(client, send) };
    },
    close() {
      closed = true;
      if (current) lose(current, "closed");
      for (const client of subscribers.keys()) unsubscribe(client);
    },
  };
}
