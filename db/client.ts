import { connect, type Socket } from "node:net";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema";

export type Database = Omit<PostgresJsDatabase<typeof schema>, "$client">;

/**
 * PostgreSQL answers or gives up a statement within 3 s; a socket that says nothing for longer
 * belongs to a frozen server and is closed, so that what waits on it fails and the pool recovers.
 * (postgres.js itself would wait for ever.)
 */
const STATEMENT_MS = 3_000;
const SILENCE_MS = 3_500;

export function createDatabase(url: string, options: { max?: number } = {}): { db: Database; close(): Promise<void> } {
  const client = postgres(url, {
    max: options.max ?? 20,
    connect_timeout: 3,
    backoff: () => 0.05,
    prepare: true,
    onnotice: () => {},
    connection: {
      application_name: "latchkey",
      statement_timeout: STATEMENT_MS,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 1_000,
    },
    socket: openSocket,
  } as postgres.Options<Record<string, never>>);
  return { db: drizzle(client, { schema, casing: "snake_case" }), close: () => client.end({ timeout: 2 }) };
}

type Target = { host: string[]; port: number[]; path?: string };

/** Returned while it still connects: postgres.js forgets a connection whose `socket` rejects. */
function openSocket({ host, port, path }: Target): Socket {
  const socket = path ? connect(path) : connect(port[0] ?? 5432, host[0] ?? "127.0.0.1");
  socket.setTimeout(SILENCE_MS, () => socket.destroy(Object.assign(new Error("PostgreSQL is silent"), { code: "ETIMEDOUT" })));
  return Object.assign(socket, { host: host[0] });
}
