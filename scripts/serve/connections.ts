import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a connection that nobody asks anything on is kept once no new ones are taken: a request may be on its way in it. */
const LINGER_MS = 1_000;
const GLANCE_MS = 50;
/** What is asked on one connection before what was asked first is answered. Browsers and proxies do not. */
const MOST_AHEAD = 32;

/** The connections of a server: which are asked something, which are one too many, how they end. */
export type Connections = {
  /**
   * Calls `answer` once no other answer is under way on the same connection, unless the connection goes before. Node
   * hands on at once what was asked ahead, and tells those answers nothing when the connection goes: whoever makes one
   * would hold files and memory for it for ever. `surplus`: the connection is one more than there may be.
   */
  begin(response: ServerResponse, answer: (surplus: boolean) => void): void;
  /** Each answer under way is the last on its connection, if it says no other yet. */
  letGo(): void;
  /** Takes no new ones, closes event streams and, once nothing comes on them any more, all others; those that are asked something after `patienceMs`. */
  end(patienceMs: number, linger: boolean): Promise<void>;
};

/**
 * Watches a server's connections and keeps them to `most`. One more takes the place of the one that has been silent for
 * longest. When all are asked something it is the newest that has to wait: its request is refused.
 */
export function watchConnections(server: Server, most: number): Connections {
  const answers = new Map<Socket, Set<ServerResponse>>();
  /** What was asked ahead on each, in its order. */
  const ahead = new Map<Socket, (() => void)[]>();
  /** Since when nothing was asked on them, the longest first. */
  const silent = new Map<Socket, number>();
  /** On which a request has not come whole, the oldest such request first. */
  const unfinished = new Map<Socket, IncomingMessage>();
  const surplus = new WeakSet<Socket>();
  let closedAt = 0;

  server.on("connection", (socket: Socket) => {
    answers.set(socket, new Set());
    if (answers.size > most) makeRoom(socket);
    silent.set(socket, performance.now());
    socket.once("close", () => {
      answers.delete(socket);
      silent.delete(socket);
      unfinished.delete(socket);
      ahead.delete(socket);
    });
  });

  function makeRoom(newest: Socket): void {
    const [longest = slowestSender()] = silent.keys();
    if (longest) longest.destroy();
    else surplus.add(newest);
  }

  /** Who sends the rest of a request, or never does, gives way to who has sent all of one. */
  function slowestSender(): Socket | undefined {
    for (const [socket, request] of unfinished) {
      if (!request.complete) return socket;
      unfinished.delete(socket);
    }
    return undefined;
  }

  function closeSilent(lingerMs: number): void {
    for (const [socket, since] of silent) {
      if (performance.now() - Math.max(since, closedAt) < lingerMs) continue;
      silent.delete(socket);
      socket.end();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    }
  }

  return {
    begin(response, answer) {
      const { socket } = response.req;
      const own = answers.get(socket);
      if (!own) return;
      silent.delete(socket);
      own.add(response);
      unfinished.delete(socket);
      unfinished.set(socket, response.req);
      response.once("close", () => {
        own.delete(response);
        ahead.get(socket)?.shift()?.();
        if (own.size > 0 || !answers.has(socket)) return;
        unfinished.delete(socket);
        silent.set(socket, performance.now());
      });
      if (own.size === 1) return answer(surplus.has(socket));
      const waiting = ahead.get(socket) ?? [];
      ahead.set(socket, waiting);
      if (waiting.push(() => answer(surplus.has(socket))) > MOST_AHEAD) socket.destroy();
    },
    letGo() {
      for (const own of answers.values()) for (const response of own) response.shouldKeepAlive = false;
    },
    async end(patienceMs, linger) {
      await quietTurn();
      // Not the server's own close(): it would cut off at once those on which nothing is asked (Node 19 and later).
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      closedAt = performance.now();
      let over = false;
      void closed.then(() => (over = true));
      for (const deadline = closedAt + patienceMs; !over; await Promise.race([closed, sleep(GLANCE_MS)])) {
        // At each glance: one may have been asked for just before.
        for (const own of answers.values()) for (const response of own) if (isEventStream(response)) response.end();
        closeSilent(linger ? LINGER_MS : 0);
        if (performance.now() > deadline) for (const socket of answers.keys()) socket.destroy();
      }
    },
  };
}

/**
 * Resolves in a turn of the event loop in which nothing else happened. Connections that the kernel has already made and
 * nobody has accepted are reset when a server closes: right after such a turn there are none.
 */
async function quietTurn(): Promise<void> {
  let at = performance.now();
  for (let turn = 0; turn < 1_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    const before = at;
    at = performance.now();
    if (at - before < 0.05) return;
  }
}

/** Never finishes by itself; the browser opens it again, at the next instance. */
function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}
