import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Trouble } from "@/scripts/trouble";
import { atEnd } from "@/tests/support/stop-everything";

export type Job = {
  /** Whole requests, as `get()` and `post()` write them; sent in turn. */
  requests: readonly string[];
  /** What each of them ends with. */
  bodyFile?: string;
  connections: number;
  /** For so long; with `once` at most. */
  milliseconds: number;
  /** Paced: this many a second, all connections together. Without it as many as go. */
  perSecond?: number;
  /** Each request one time, then done. */
  once?: boolean;
};

/** Latencies in milliseconds. */
export type Load = { perSecond: number; p50: number; p99: number };

/** Puts load on the app from a process of its own. Throws when an answer has a status that is not `expected`. */
export type Loader = (job: Job, expected?: readonly string[]) => Promise<Load>;

export function startLoader(port: number): Loader {
  const child = fork(join("bench", "generate-load.mjs"));
  atEnd(async () => child.kill());
  return async (job, expected = ["200"]) => {
    child.send({ ...job, port });
    const [{ statuses, ...load }] = (await once(child, "message")) as [Load & { statuses: Record<string, number> }];
    const others = Object.keys(statuses).filter((status) => !expected.includes(status));
    if (others.length > 0) throw new Trouble(`The app answered ${JSON.stringify(statuses)} where ${expected.join(", ")} was expected.`);
    return load;
  };
}

export function get(path: string, cookie: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${AGENT}\r\nCookie: ${cookie}\r\n\r\n`;
}

export function post(path: string, origin: string, body: object, cookie?: string): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${AGENT}\r\nOrigin: ${origin}\r\n${cookie ? `Cookie: ${cookie}\r\n` : ""}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export function remove(path: string, origin: string, cookie: string): string {
  return `DELETE ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${AGENT}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\n\r\n`;
}

/** A request whose body is the job's file. */
export function upload(path: string, origin: string, cookie: string, type: string, length: number): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${AGENT}\r\nOrigin: ${origin}\r\nCookie: ${cookie}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
}

const AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
