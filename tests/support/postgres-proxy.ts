import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./stop-everything";

/** The way to PostgreSQL: a number delays each piece by as many milliseconds, `cut` breaks every connection and refuses new ones. */
export type Network = "open" | "frozen" | "cut" | number;

/** PostgreSQL behind a loopback port that counts what it is asked to execute. `executed`: the statements, in order. */
export type PostgresProxy = { readonly url: string; statements(): number; executed(): string[]; network(next: Network): void };

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const executed: string[] = [];
  const clients = new Set<Socket>();
  let state: Network = "open";

  const server = createServer((client) => {
    client.on("error", () => {});
    if (state === "cut") return void client.destroy();
    clients.add(client);
    let queue = Promise.resolve();
    const postgres = connect(Number(target.port), target.hostname);
    let pending = Buffer.alloc(0);
    let started = false;
    const read = reader(executed);
    client.on("data", (piece: Buffer) => {
      queue = queue.then(() => late(() => state)).then(() => void (postgres.writable && postgres.write(piece)));
      pending = Buffer.concat([pending, piece]);
      for (;;) {
        // Only the first message has no type byte before its length.
        const head = started ? 1 : 0;
        if (pending.length < head + 4) return;
        const length = head + pending.readUInt32BE(head);
        if (pending.length < length) return;
        if (started) read(pending.subarray(0, length));
        started = true;
        pending = pending.subarray(length);
      }
    });
    postgres.on("data", (piece) => client.writable && client.write(piece));
    postgres.on("error", () => {});
    client.on("close", () => {
      clients.delete(client);
      postgres.destroy();
    });
    postgres.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  function network(next: Network): void {
    state = next;
    if (next === "cut") for (const client of clients) client.destroy();
  }
  return { url: url.href, statements: () => executed.length, executed: () => executed, network };
}

async function late(state: () => Network): Promise<void> {
  const now = state();
  if (typeof now === "number") await sleep(now);
  while (state() === "frozen") await sleep(20);
}

/** Reads one connection's Parse, Bind, Execute and Query (PostgreSQL's protocol 3, "Message Formats"). */
function reader(executed: string[]): (message: Buffer) => void {
  const parsed = new Map<string, string>();
  let bound = "";
  return (message) => {
    const [first = "", second = ""] = message.toString("utf8", 5).split("\0", 2);
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === "P") parsed.set(first, second);
    else if (type === "B") bound = parsed.get(second) ?? "";
    else if (type === "E") executed.push(bound);
    else if (type === "Q") executed.push(first);
  };
}
