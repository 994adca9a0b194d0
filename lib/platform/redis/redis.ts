import { createClient } from "redis";
import { REDIS_DEADLINE_MS, withDeadline } from "@/lib/core/deadline";
import type { Log } from "@/lib/platform/log";

export type RedisClient = ReturnType<typeof newClient>;

/**
 * One connection to one Redis. A client never reconnects by itself: a new connection is a new object,
 * so that trust, which belongs to a connection (DESIGN 4), cannot pass to another server unseen.
 */
export type Connection = { readonly client: RedisClient; trusted: boolean };

/** Thrown when no trusted Redis answered. Compare `code`. An error is never nil. */
export class RedisDown extends Error {
  readonly code = "REDIS_DOWN";
}

export type Redis = {
  /** The connection in use, trusted or not; null while there is none. */
  readonly connection: Connection | null;
  /**
   * Sends commands over the trusted connection; commands sent in one call leave in one write.
   * Rejects with RedisDown when there is none, when the deadline passes and on every error,
   * each of which also ends the connection and with it the trust.
   */
  ask<T>(send: (client: RedisClient) => Promise<T>): Promise<T>;
  /** The same over a given connection that need not be trusted yet (replay). */
  askOn<T>(connection: Connection, send: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Opens a new connection, not trusted yet, in place of one that was lost. */
  connect(): Promise<Connection>;
  /** Called whenever the connection in use is lost. */
  onLoss(listener: () => void): void;
  /** A connection of its own for subscriptions; `lost` is called once when it ends, or when the one in use is lost. */
  subscriber(lost: () => void): Promise<RedisClient>;
  close(): void;
};

/** Connecting happens beside the requests, also while a starting process is busy: it may take longer than an answer. */
const CONNECT_MS = 1_500;

function newClient(url: string) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
  });
}

/** A Redis at `url` that nobody has connected to yet. */
export function createRedis(url: string, log: Log): Redis {
  let current: Connection | null = null;
  let closed = false;
  const listeners = new Set<() => void>();
  const subscribers = new Map<RedisClient, () => void>();

  async function open(lost: () => void): Promise<RedisClient> {
    const client = newClient(url);
    client.on("error", lost);
    client.on("end", lost);
    try {
      await withDeadline(client.connect(), CONNECT_MS, "Redis connect");
      return client;
    } catch (error) {
      discard(client);
      throw new RedisDown("Redis cannot be reached", { cause: error });
    }
  }

  function lose(connection: Connection, cause: unknown) {
    if (connection.trusted) log.warn({ cause: String(cause) }, "redis: trust lost");
    connection.trusted = false;
    if (current !== connection) return;
    current = null;
    discard(connection.client);
    // What does not answer the one will not tell the others anything either.
    for (const subscriber of subscribers.keys()) unsubscribe(subscriber);
    if (!closed) for (const listener of listeners) listener();
  }

  function unsubscribe(client: RedisClient) {
    const lost = subscribers.get(client);
    if (!subscribers.delete(client)) return;
    discard(client);
    lost?.();
  }

  async function askOn<T>(connection: Connection, send: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      const answer = await withDeadline(send(connection.client), REDIS_DEADLINE_MS, "Redis");
      if (current !== connection) throw new Error("the connection was given up meanwhile");
      return answer;
    } catch (error) {
      lose(connection, error);
      throw new RedisDown("Redis did not answer", { cause: error });
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
      const connection: { client?: RedisClient; trusted: boolean } = { trusted: false };
      connection.client = await open(() => lose(connection as Connection, "connection closed"));
      if (closed) {
        discard(connection.client);
        throw new RedisDown("closed");
      }
      if (current) lose(current, "replaced");
      current = connection as Connection;
      return current;
    },
    onLoss(listener) {
      listeners.add(listener);
    },
    async subscriber(lost) {
      let client: RedisClient | undefined;
      client = await open(() => client && unsubscribe(client));
      if (!client.isReady) throw new RedisDown("the subscription broke off");
      subscribers.set(client, lost);
      return client;
    },
    close() {
      closed = true;
      if (current) lose(current, "closed");
      for (const client of subscribers.keys()) unsubscribe(client);
    },
  };
}

/** Deferred: `destroy()` inside a listener of the client spins for ever. */
function discard(client: RedisClient) {
  setImmediate(() => {
    if (client.isOpen) client.destroy();
  });
}
