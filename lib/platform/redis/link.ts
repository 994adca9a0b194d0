import calculateSlot from "cluster-key-slot";
import { createClient, createCluster } from "redis";
import { withDeadline } from "@/lib/core/deadline";

export type SubscriberClient = ReturnType<typeof newClient>;

/** The commands that Latchkey sends; a cluster routes each by its key. */
type Commands = Pick<SubscriberClient, "get" | "set" | "del" | "getEx" | "expire" | "pTTL" | "eval" | "publish">;

/** `time`: its clock, as seconds and microseconds. */
export type Master = { info(section: string): Promise<string>; time(): Promise<readonly string[]> };

/** What is connected: one Redis, or a cluster with all its masters. */
export type Link = {
  readonly client: Commands;
  readonly isCluster: boolean;
  readonly masters: readonly Master[];
  /** The master that holds a key. */
  masterOf(key: string): Master;
  discard(): void;
};

/**
 * The client's own time-out of 5 s makes an AbortSignal for each command, which goes off later even when all went well:
 * about a twelfth of what a request cost. Ours is REDIS_DEADLINE_MS, and nothing is queued while there is no connection.
 */
const commandOptions = { timeout: 0 };

export function newClient(url: string, connectTimeout: number) {
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    commandOptions,
    socket: { connectTimeout, reconnectStrategy: false },
  });
}

/** Connects within `milliseconds`; `lost` is called when a connection of it breaks, more than once perhaps. */
export function openLink(urls: readonly string[], milliseconds: number, lost: (cause: unknown) => void): Promise<Link> {
  return urls.length === 1 ? openSingle(urls[0] as string, milliseconds, lost) : openCluster(urls, milliseconds, lost);
}

async function openSingle(url: string, milliseconds: number, lost: (cause: unknown) => void): Promise<Link> {
  const client = newClient(url, milliseconds);
  client.on("error", lost);
  client.on("end", () => lost("connection closed"));
  await connectWithin(client, milliseconds, () => discard(client));
  return { client, isCluster: false, masters: [client], masterOf: () => client, discard: () => discard(client) };
}

/**
 * A cluster's client would follow redirections and open connections to new masters by itself, which nobody has
 * replayed to. Here it may not: a redirection is an error like any other, and whatever changes ends the link.
 */
async function openCluster(urls: readonly string[], milliseconds: number, lost: (cause: unknown) => void): Promise<Link> {
  const { username, password } = new URL(urls[0] as string);
  const cluster = createCluster({
    // These are asked only which nodes there are: one that does not answer would be waited for for ever.
    rootNodes: urls.map((url) => ({ url, socket: { socketTimeout: milliseconds } })),
    RESP: 2,
    maxCommandRedirections: 0,
    commandOptions,
    topologyRefreshOnReconnectionAttemptStrategy: false,
    defaults: {
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      disableOfflineQueue: true,
      maintNotifications: "disabled",
      socket: { connectTimeout: milliseconds, reconnectStrategy: false, ...(urls[0]?.startsWith("rediss:") ? { tls: true } : {}) },
    },
  });
  cluster.on("error", lost);
  cluster.on("node-error", lost);
  cluster.on("node-disconnect", () => lost("a node's connection closed"));
  function discardAll(): void {
    setImmediate(() => {
      // It forgets those that are still connecting, and they would stay.
      for (const { connectPromise } of cluster.masters) connectPromise?.then(discard, () => {});
      cluster.destroy();
    });
  }
  await connectWithin(cluster, milliseconds, discardAll);
  const nodes = cluster.masters.map(async (node) => [node.id, await cluster.nodeClient(node)] as const);
  const byId = new Map(
    await withDeadline(Promise.all(nodes), milliseconds, "Redis connect").catch((error: unknown) => {
      discardAll();
      throw error;
    }),
  );
  return {
    client: cluster as unknown as Commands,
    isCluster: true,
    masters: [...byId.values()],
    masterOf(key) {
      const master = byId.get(cluster.slots[calculateSlot(key)]?.master.id ?? "");
      if (!master) throw new Error("no master holds this key");
      return master;
    },
    discard: discardAll,
  };
}

/** Connects within that time or not at all: what becomes connected after it was given up is discarded too. */
export async function connectWithin(client: { connect(): Promise<unknown> }, milliseconds: number, discardIt: () => void): Promise<void> {
  const connecting = client.connect();
  await withDeadline(connecting, milliseconds, "Redis connect").catch((error: unknown) => {
    discardIt();
    // What it has begun it goes on with: a cluster that has just been told its nodes opens a connection to each.
    const again = setInterval(discardIt, milliseconds).unref();
    const over = () => {
      clearInterval(again);
      discardIt();
    };
    connecting.then(over, over);
    throw error;
  });
}

/**
 * Deferred: `destroy()` inside a listener of the client spins for ever. Whether it is open is not asked: a cluster that
 * could not connect says that it is not, and holds its connections to the other masters.
 */
export function discard(client: { destroy(): void }): void {
  setImmediate(() => client.destroy());
}
