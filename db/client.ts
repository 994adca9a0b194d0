import { connect, type Socket } from "node:net";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import * as schema from "./schema";
import { withoutValues } from "./without-values";

export type Database = Omit<PostgresJsDatabase<typeof schema>, "$client">;

/**
 * PostgreSQL answers or gives up a statement within 3 s; a socket that says nothing for longer
 * belongs to a frozen server and is closed, so that what waits on it fails and the pool recovers.
 * (postgres.js itself would wait for ever.)
 */
const STATEMENT_MS = 3_000;
const SILENCE_MS = 3_500;
/** So often a socket is looked at. */
const LOOK_MS = 250;
/**
 * An unused connection is given back before its silence counts: postgres.js gives nobody one that it ends itself, but would
 * one that we are just closing.
 */
const IDLE_SECONDS = 3;

export function createDatabase(url: string, options: { max?: number } = {}): { db: Database; close(): Promise<void> } {
  const client = postgres(url, {
    max: options.max ?? 20,
    connect_timeout: 3,
    idle_timeout: IDLE_SECONDS,
    backoff: () => 0.05,
    prepare: true,
    // Nothing here is an array; the query for their types rejects where nobody can catch it when the connection breaks.
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: "latchkey",
      statement_timeout: STATEMENT_MS,
      lock_timeout: 2_000,
      idle_in_transaction_session_timeout: 1_000,
    },
    socket: openSocket,
  } as postgres.Options<Record<string, never>>);
  return { db: drizzle(prepared(client), { schema, casing: "snake_case" }), close: () => client.end({ timeout: 2 }) };
}

/** A list of more values is a statement of its own for each length: not worth keeping. */
const MOST_PARAMETERS = 60;

/**
 * drizzle sends each statement without a name: two round trips, parsed and planned anew every time. Under a name,
 * which a connection keeps, it is one. (A fifth less work for a sign-in, in the app and in PostgreSQL.)
 */
function prepared<S extends postgres.ISql>(sql: S): S {
  return new Proxy(sql, {
    get(target, name) {
      if (name === "unsafe") {
        return (text: string, values: never[] = [], options?: postgres.UnsafeQueryOptions) =>
          discreet(dense(target.unsafe(text, values, { ...options, prepare: values.length <= MOST_PARAMETERS })), values);
      }
      if (name !== "begin" && name !== "savepoint") return Reflect.get(target, name);
      const begin = Reflect.get(target, name) as Begin<S>;
      return (work: Work<S>) => whileConnected(begin, (tx) => work(prepared(tx)));
    },
  });
}

/**
 * postgres.js goes on counting after a statement that failed in the middle of its rows (a time-out): the next one on
 * that connection gets its rows behind as many holes, and its first row reads as "there is none". The holes go.
 */
function dense<Q extends object>(query: Q): Q {
  const pending = query as unknown as { resolve(rows: unknown): void };
  const resolve = pending.resolve.bind(pending);
  pending.resolve = (rows) => {
    if (Array.isArray(rows) && rows.length > 0 && !(0 in rows)) rows.splice(0, rows.findIndex((_row, index) => index in rows));
    resolve(rows);
  };
  return query;
}

/** A failure tells nothing of `values`, not even through drizzle, which puts this very array into an error of its own. */
function discreet<Q extends object>(query: Q, values: unknown[]): Q {
  const pending = query as unknown as { reject(error: Error): void };
  const reject = pending.reject.bind(pending);
  pending.reject = (error) => {
    values.length = 0;
    reject(withoutValues(error));
  };
  return query;
}

type Work<S> = (tx: S) => unknown;
type Begin<S> = (work: Work<S>) => Promise<unknown>;

/**
 * Runs a transaction that is over when its connection is. postgres.js rejects it then, but lets `work` go on: what
 * that still asks would run on the connection's successor, outside of any transaction, and the ROLLBACK or COMMIT
 * after it would be written to a socket that is no more, which throws where nobody can catch it
 * (porsager/postgres#1208). So it asks nothing more, and postgres.js never learns how it ended.
 */
function whileConnected<S extends postgres.ISql>(begin: Begin<S>, work: Work<S>): Promise<unknown> {
  let over = false;
  const ended = begin(async (tx) => {
    const guarded = new Proxy(tx, {
      get(target, name) {
        if (over) throw connectionClosed();
        return Reflect.get(target, name) as unknown;
      },
    });
    try {
      const result = await work(guarded);
      return over ? new Promise(() => {}) : result;
    } catch (error) {
      if (over || endedConnection(error)) return new Promise(() => {});
      throw error;
    }
  });
  ended.catch(() => (over = true));
  return ended;
}

function connectionClosed(cause?: Error): Error {
  return Object.assign(new Error("PostgreSQL has closed the connection", { cause }), { code: "CONNECTION_CLOSED" });
}

/** Closed, or about to be: PostgreSQL closes after an error that is FATAL. */
function endedConnection(error: unknown): boolean {
  for (let current = error; typeof current === "object" && current !== null; current = "cause" in current ? current.cause : null) {
    if ("code" in current && current.code === "CONNECTION_CLOSED") return true;
    if ("severity" in current && /^(FATAL|PANIC)$/.test(String(current.severity))) return true;
  }
  return false;
}

type Target = { host: string[]; port: number[]; path?: string; ssl?: unknown };

/** Long after postgres.js has written its first message to a new socket. */
const FIRST_WRITE_MS = 100;

/** Returned while it still connects: postgres.js forgets a connection whose `socket` rejects. */
function openSocket({ host, port, path, ssl }: Target): Socket {
  const socket = path ? connect(path) : connect(port[0] ?? 5432, host[0] ?? "127.0.0.1");
  closeWhenSilent(socket, () => {
    // postgres.js' own socket is on top of this one then. It hears first: what it wrote meanwhile would throw where nobody can catch it.
    if (ssl) socket.emit("close", false);
    socket.destroy(ssl ? undefined : Object.assign(new Error("PostgreSQL is silent"), { code: "ETIMEDOUT" }));
  });
  // postgres.js never answers what it is asked between a socket's error and its close: let it hear of both at once.
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  let failure: Error | null = null;
  let opened = false;
  socket.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event === "connect") opened = true;
    if (event === "error") {
      failure = args[0] as Error;
      return true;
    }
    // One that closes before it has said anything (a proxy before a server that is away) would be tried again for ever,
    // and who asked first would wait for ever: to them it is a failure.
    if (event === "close" && (failure || socket.bytesRead === 0)) emit("error", opened || !failure ? connectionClosed(failure ?? undefined) : failure);
    return emit(event, ...args);
  };
  // What it was about to write when the socket before this one closed keeps it from writing: the next try is nearer.
  setTimeout(() => socket.bytesWritten === 0 && socket.destroy(connectionClosed()), FIRST_WRITE_MS).unref();
  return Object.assign(socket, { host: host[0] });
}

/**
 * Silence counts from PostgreSQL's last word, or from the first that was written to it after that. What is written later
 * shows nothing: a busy pool goes on writing behind what waits already. (For Node's own time-out of a socket that is
 * a sign of life; and postgres.js takes its listener away for TLS.) A socket that is asked nothing is silent too: here
 * one cannot tell. Looks are counted, not time: a process that was busy reads what came meanwhile before it looks again.
 */
function closeWhenSilent(socket: Socket, close: () => void): void {
  let read = 0;
  let written = 0;
  let asked = false;
  let looks = 0;
  const looking = setInterval(() => {
    if (socket.destroyed) return clearInterval(looking);
    const answered = socket.bytesRead !== read;
    if (answered) [read, written, asked] = [socket.bytesRead, socket.bytesWritten, false];
    const asksAnew = !asked && socket.bytesWritten !== written;
    asked ||= asksAnew;
    looks = answered || asksAnew ? 0 : looks + 1;
    if (looks * LOOK_MS >= SILENCE_MS) close();
  }, LOOK_MS).unref();
}
