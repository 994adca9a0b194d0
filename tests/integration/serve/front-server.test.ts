import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createFrontServer, type FrontServer } from "@/scripts/serve/front-server";

let opened: FrontServer | undefined;

afterEach(() => opened?.server.closeAllConnections());

/** A front server whose handler remembers the request and answers with its headers. */
async function open(hops = 0, bounds: { mostConnections?: number; silenceMs?: number } = {}) {
  const seen: IncomingMessage[] = [];
  const front = createFrontServer({
    appUrl: new URL("https://accounts.example"),
    hops,
    ...bounds,
    handler: () => async (request, response) => {
      seen.push(request);
      if (request.url === "/large") return void Readable.from(pieces()).on("error", () => {}).pipe(response);
      if (request.url === "/stream") return void response.setHeader("content-type", "text/event-stream").write(": hello\n\n");
      if (request.url === "/slow") await new Promise((resolve) => setTimeout(resolve, 400));
      if (request.url === "/read") await once(request.resume(), "close");
      response.end("fine");
    },
  });
  opened = front;
  front.server.listen(0, "127.0.0.1");
  await once(front.server, "listening");
  return { seen, port: (front.server.address() as AddressInfo).port, front };
}

/** 400 MB, sent as they are taken. */
function* pieces(): Generator<Buffer> {
  for (let piece = 0; piece < 6_400; piece++) yield PIECE;
}
const PIECE = Buffer.alloc(64 * 1024);

/** What the server sends on a raw connection until it closes it. */
async function exchange(port: number, text: string | Buffer): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(text);
  let answer = "";
  socket.setEncoding("utf8").on("data", (chunk) => (answer += chunk));
  socket.on("error", () => {});
  await once(socket, "close");
  return answer;
}

const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n${headers}\r\n`;

describe("what a client says of itself does not reach the app", () => {
  test("internal, forwarding and middleware headers are dropped, the host is ours", async () => {
    const { port, seen } = await open();
    await exchange(port, get("/", "X-Latchkey-Identity: me\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil.example\r\nX-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Middleware-Subrequest: middleware\r\nAccept: */*\r\n"));
    const headers = seen[0]?.headers ?? {};
    expect(headers).toMatchObject({ accept: "*/*", host: "accounts.example", "x-forwarded-host": "accounts.example", "x-forwarded-proto": "https" });
    expect(headers["x-latchkey-client-address"]).toBe("127.0.0.1");
    expect(JSON.stringify([headers, seen[0]?.rawHeaders])).not.toMatch(/6\.6\.6\.6|evil|subrequest|identity/i);
  });

  test("over trusted hops the address is counted from the right", async () => {
    const { port, seen } = await open(1);
    await exchange(port, get("/", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9\r\n"));
    expect(seen[0]?.headers["x-latchkey-client-address"]).toBe("203.0.113.9");
  });
});

describe("what is no request of ours is refused and the server lives on", () => {
  test.each([
    ["headers above 16 KiB", get("/", `Cookie: ${"a".repeat(17_000)}\r\n`), /^HTTP\/1\.1 431 .*\r\n\r\n$/s],
    ["a great deal above", get("/", `Cookie: ${"a".repeat(400_000)}\r\n`), /^HTTP\/1\.1 431 .*\r\n\r\n$/s],
    ["garbage", "\0\x01\x02 what\r\n\r\n", /^HTTP\/1\.1 400 .*\r\n\r\n$/s],
    ["a TLS greeting", Buffer.from([0x16, 0x03, 0x01, 0x00, 0xa5, 0x01]), /^HTTP\/1\.1 400 /],
    ["two lengths (request smuggling)", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", /^HTTP\/1\.1 400 /],
    ["CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", /^HTTP\/1\.1 405 /],
    ["TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", /^HTTP\/1\.1 405 .*"method_not_allowed"/s],
    ["a method that Next does not know", "PROPFIND /api/health HTTP/1.1\r\nHost: a\r\n\r\n", /^HTTP\/1\.1 405 .*"method_not_allowed".*"errors":\[\]/s],
    ["NUL in a call's path", get("/api/users/%00"), /^HTTP\/1\.1 404 .*"not_found"/s],
    ["a call with a backslash in its query", get("/api/users?q=\\"), /^HTTP\/1\.1 400 .*"invalid_input"/s],
    ["//", get("//evil.example"), /^HTTP\/1\.1 400 .*"invalid_input"/s],
    ["a backslash", get("/\\evil.example"), /^HTTP\/1\.1 400 /],
    ["a broken escape", get("/%zz"), /^HTTP\/1\.1 400 /],
    ["NUL", get("/a%00b"), /^HTTP\/1\.1 400 /],
  ])("%s", async (_name, request, expected) => {
    const { port, seen } = await open();
    expect(await exchange(port, request)).toMatch(expected);
    expect(seen).toHaveLength(0);
    expect(await exchange(port, get("/"))).toContain("fine");
  });

  test("an absolute address is answered as its path", async () => {
    const { port, seen } = await open();
    expect(await exchange(port, get("http://evil.example/devices?a=1"))).toContain("fine");
    expect(seen[0]?.url).toBe("/devices?a=1");
  });
});

test("draining lets an answer on its way finish, closes event streams and idle connections, takes no new ones", async () => {
  const { port, front } = await open();
  const stream = exchange(port, get("/stream"));
  const idle = connect(port, "127.0.0.1");
  const slow = exchange(port, get("/slow").replace("Connection: close\r\n", ""));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const started = Date.now();
  await front.drain(null, 5_000);
  expect(await slow).toContain("fine");
  expect(await stream).toContain(": hello");
  expect(Date.now() - started).toBeLessThan(2_000);
  idle.destroy();
  const late = connect(port, "127.0.0.1");
  await expect(once(late, "connect")).rejects.toThrow("ECONNREFUSED");
});

describe("draining with a grace", () => {
  test("meanwhile new connections and idle ones are answered, and asked not to come again; streams go at its end", async () => {
    const { port, front } = await open();
    const idle = connect(port, "127.0.0.1");
    const said = textOf(idle);
    idle.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(said).toContain("fine");
    expect(said()).not.toMatch(/connection: close/i);
    const stream = connect(port, "127.0.0.1");
    const streamed = textOf(stream);
    stream.write(get("/stream"));
    await expect.poll(streamed).toContain(": hello");

    const drained = front.drain(sleep(600), 5_000);
    await sleep(100);
    idle.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(said).toMatch(/fine[\s\S]*connection: close[\s\S]*fine/i);
    expect(await exchange(port, get("/").replace("Connection: close\r\n", ""))).toMatch(/200 OK[\s\S]*connection: close/i);
    expect(stream.closed).toBe(false);
    await once(stream, "close");
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    await drained;
  });

  test("a request that comes just after its end, on a connection that was idle, is answered", async () => {
    const { port, front } = await open();
    const idle = connect(port, "127.0.0.1");
    const said = textOf(idle);
    await once(idle, "connect");
    const drained = front.drain(sleep(100), 5_000);
    await sleep(600);
    await expect(once(connect(port, "127.0.0.1"), "connect")).rejects.toThrow("ECONNREFUSED");
    idle.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(said).toMatch(/200 OK[\s\S]*connection: close[\s\S]*fine/i);
    await drained;
  });
});

describe("a bound on connections", () => {
  test("one more takes the place of the one that has been silent for longest", async () => {
    const { port } = await open(0, { mostConnections: 3 });
    const silent = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1"), connect(port, "127.0.0.1")] as const;
    for (const socket of silent) await once(socket, "connect");
    // The first has asked something since.
    const said = textOf(silent[0]);
    silent[0].write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await expect.poll(said).toContain("fine");
    const gone = once(silent[1], "close");
    expect(await exchange(port, get("/"))).toContain("fine");
    await gone;
    expect([silent[0].closed, silent[2].closed]).toEqual([false, false]);
    for (const socket of silent) socket.destroy();
  });

  test("when all are asked something the newest is told to come again, and the others get their answers", async () => {
    const { port } = await open(0, { mostConnections: 3 });
    const slow = [1, 2, 3].map(() => exchange(port, get("/slow")));
    await sleep(100);
    expect(await exchange(port, get("/"))).toMatch(/503 Service Unavailable[\s\S]*retry-after: 2[\s\S]*"unavailable"/i);
    for (const answer of await Promise.all(slow)) expect(answer).toContain("fine");
    expect(await exchange(port, get("/"))).toContain("fine");
  });
});

test("slow senders give way to who has sent all of a request, the slowest first", async () => {
  const { port } = await open(0, { mostConnections: 10 });
  const sockets = Array.from({ length: 10 }, () => {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    socket.write("POST /read HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nhalf");
    return socket;
  });
  await sleep(300);
  for (let i = 0; i < 5; i++) expect(await exchange(port, get("/"))).toMatch(/^HTTP\/1\.1 200 /);
  expect(sockets.map(({ destroyed }) => destroyed).indexOf(false)).toBe(1);
  for (const socket of sockets) socket.destroy();
});

describe("what is asked ahead on one connection", () => {
  test("is answered in its order, and not begun before what was asked first is answered", async () => {
    const { port, seen } = await open();
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk) => (answer += chunk));
    socket.write(get("/slow").replace("Connection: close\r\n", "") + get("/two").replace("Connection: close\r\n", "") + get("/three"));
    await sleep(200);
    expect(seen.map(({ url }) => url)).toEqual(["/slow"]);
    await once(socket, "close");
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(seen.map(({ url }) => url)).toEqual(["/slow", "/two", "/three"]);
  });

  test("is never begun for a connection that is gone, and has a bound", async () => {
    const { port, seen } = await open();
    const gone = connect(port, "127.0.0.1").on("error", () => {});
    gone.write(get("/slow").replace("Connection: close\r\n", "").repeat(20));
    await sleep(100);
    gone.destroy();
    await sleep(900);
    expect(seen.length).toBe(1);
    const greedy = connect(port, "127.0.0.1").on("error", () => {});
    greedy.write(get("/slow").replace("Connection: close\r\n", "").repeat(200));
    await once(greedy, "close");
    expect(seen.length).toBeLessThan(4);
  });
});

describe("readers that do not read", () => {
  test("forty of them cost no more memory than the kernel's buffers, and are gone when nothing moved for a while", async () => {
    const { port, front } = await open(0, { silenceMs: 1_500 });
    const before = process.memoryUsage().rss;
    let accepted = 0;
    front.server.on("connection", () => accepted++);
    const deaf = Array.from({ length: 40 }, () => connect(port, "127.0.0.1").pause());
    for (const socket of deaf) socket.on("error", () => {}).write(get("/large"));
    await expect.poll(() => accepted, { timeout: 10_000 }).toBe(40);
    await sleep(500);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(150);
    await expect.poll(() => connectionsOf(front), { timeout: 10_000 }).toBe(0);
    for (const socket of deaf) socket.destroy();
  }, 30_000);

  test("one that reads slowly gets on for longer than that", async () => {
    const { port, front } = await open(0, { silenceMs: 1_500 });
    const slow = connect(port, "127.0.0.1");
    let taken = 0;
    slow.on("data", (chunk) => ((taken += chunk.length) > 1_000_000 ? slow.pause() : slow));
    slow.write(get("/large"));
    for (let piece = 0; piece < 40; piece++) {
      await sleep(100);
      taken = 0;
      slow.resume();
    }
    expect(await connectionsOf(front)).toBe(1);
    slow.destroy();
  }, 20_000);
});

/** What has come on it so far. */
function textOf(socket: Socket): () => string {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => (text += chunk));
  return () => text;
}

function connectionsOf({ server }: FrontServer): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
}
