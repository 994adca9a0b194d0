import { connect, createServer } from "node:net";
import { atEnd } from "./stop-everything";

/** PostgreSQL behind a loopback port that counts what it is asked to execute. */
export type PostgresProxy = { readonly url: string; statements(): number };

/** The frontend messages Execute and Query (PostgreSQL's protocol 3, "Message Formats"). */
const EXECUTE = "E".charCodeAt(0);
const QUERY = "Q".charCodeAt(0);

export async function startPostgresProxy(databaseUrl: string): Promise<PostgresProxy> {
  const target = new URL(databaseUrl);
  let statements = 0;

  const server = createServer((client) => {
    const postgres = connect(Number(target.port), target.hostname);
    let pending = Buffer.alloc(0);
    let started = false;
    client.on("data", (piece: Buffer) => {
      postgres.write(piece);
      pending = Buffer.concat([pending, piece]);
      for (;;) {
        // Only the first message has no type byte before its length.
        const head = started ? 1 : 0;
        if (pending.length < head + 4) return;
        const length = head + pending.readUInt32BE(head);
        if (pending.length < length) return;
        if (started && (pending[0] === EXECUTE || pending[0] === QUERY)) statements++;
        started = true;
        pending = pending.subarray(length);
      }
    });
    postgres.on("data", (piece) => client.writable && client.write(piece));
    client.on("error", () => {});
    postgres.on("error", () => {});
    client.on("close", () => postgres.destroy());
    postgres.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  atEnd(async () => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return { url: url.href, statements: () => statements };
}
