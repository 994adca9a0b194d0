import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { atEnd } from "./stop-everything";

/** The way to PostgreSQL: a number delays each piece by as many milliseconds, `cut` breaks every connection and refuses new ones. */
export type Network = "open" | "frozen" | "cut" | number;

/** PostgreSQL behind a loopback port that counts what it is asked to execute. */
export type PostgresProxy = {
  readonly url: string;
  statements(): number;
  /** The statements, in order. */
  executed(): string[];
  network(next: Network): void;
  /** Holds the reply to a statement, and what follows it on that connection, for as many milliseconds as this says, or until then. */
  hold(rule: (statement: string) => number | Promise<void>): void;
};

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  const executed: string[] = [];
  const clients = new Set<Socket>();
  let state: Network = "open";
  let rule: (statement: string) => number | Promise<void> = () => 0;

  const server = createServer((client) => {
    client.on("error", () => {});
    if (state === "cut") return void client.destroy();
    clients.add(client);
    let queue = Promise.resolve();
    let replies = Promise.resolve();
    const postgres = connect(Number(target.port), target.hostname);
    let pending = Buffer.alloc(0);
    let started = false;
    let until = 0;
    let gate: Promise<void> | null = null;
    const read = reader((statement) => {
      executed.push(statement);
      const held = rule(statement);
      if (typeof held === "number") until = Math.max(until, Date.now() + held);
      else gate = held;
    });
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
    postgres.on("data", (piece) => {
      replies = replies.then(async () => {
        const left = until - Date.now();
        if (left > 0) await sleep(left);
        await gate;
        if (client.writable) client.write(piece);
      });
    });
    postgres.on("error", () => {});
    client.on("close", () => {
      clients.delete(client);
      postgres.destroy();
    });
    postgres.on("close", () => void replies.then(() => client.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    statements: () => executed.length,
    executed: () => executed,
    network(next) {
      state = next;
      if (next === "cut") for (const client of clients) client.destroy();
    },
    hold: (next) => (rule = next),
  };
}

async function late(state: () => Network): Promise<void> {
  const now = state();
  if (typeof now === "number") await sleep(now);
  while (state() === "frozen") await sleep(20);
}

/** Reads one connection's Parse, Bind, Execute and Query (PostgreSQL's protocol 3, "Message Formats"). */
function reader(execute: (statement: string) => void): (message: Buffer) => void {
  const parsed = new Map<string, string>();
  let bound = "";
  return (message) => {
    const [first = "", second = ""] = message.toString("utf8", 5).split("\0", 2);
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === "P") parsed.set(first, second);
    else if (type === "B") bound = parsed.get(second) ?? "";
    else if (type === "E") execute(bound);
    else if (type === "Q") execute(first);
  };
}
