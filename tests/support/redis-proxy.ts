import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./stop-everything";

/** A slow network in front of a Redis: real bytes, real server, late. */
export type RedisProxy = {
  readonly url: string;
  /** How often clients have written so far: one write is one round trip begun. */
  writes(): number;
  /**
   * Holds each piece that goes to Redis for as many milliseconds as this says; order is kept on a connection.
   * What was on its way is delivered even if the client has given up and gone.
   */
  delay(rule: (piece: string) => number): void;
  /** Breaks every connection. */
  cut(): void;
};

export async function startRedisProxy(redisUrl: string): Promise<RedisProxy> {
  const target = new URL(redisUrl);
  const clients = new Set<Socket>();
  let writes = 0;
  let rule: (piece: string) => number = () => 0;

  const server = createServer((client) => {
    clients.add(client);
    const redis = connect(Number(target.port), target.hostname);
    let queue = Promise.resolve();
    client.setNoDelay(true);
    redis.setNoDelay(true);
    client.on("data", (piece) => {
      writes++;
      const until = Date.now() + rule(piece.toString("latin1"));
      queue = queue.then(async () => {
        const left = until - Date.now();
        if (left > 0) await sleep(left);
        if (redis.writable) redis.write(piece);
      });
    });
    redis.on("data", (piece) => client.writable && client.write(piece));
    client.on("error", () => {});
    redis.on("error", () => {});
    client.on("close", () => {
      clients.delete(client);
      void queue.then(() => redis.end());
    });
    redis.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const cut = () => {
    for (const client of clients) client.destroy();
  };
  atEnd(async () => {
    cut();
    server.close();
  });
  const url = new URL(redisUrl);
  url.port = String(address.port);
  return { url: url.href, writes: () => writes, delay: (next) => (rule = next), cut };
}
