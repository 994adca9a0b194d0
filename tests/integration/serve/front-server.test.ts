import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createFrontServer, type FrontServer } from "@/scripts/serve/front-server";

let opened: FrontServer | undefined;

afterEach(() => opened?.server.closeAllConnections());

/** A front server whose handler remembers the request and answers with its headers. */
async function open(hops = 0) {
  const seen: IncomingMessage[] = [];
  const front = createFrontServer({
    appUrl: new URL("https://accounts.example"),
    hops,
    handler: () => async (request, response) => {
      seen.push(request);
      if (request.url === "/stream") return void response.setHeader("content-type", "text/event-stream").write(": hello\n\n");
      if (request.url === "/slow") await new Promise((resolve) => setTimeout(resolve, 400));
      response.end("fine");
    },
  });
  opened = front;
  front.server.listen(0, "127.0.0.1");
  await once(front.server, "listening");
  return { seen, port: (front.server.address() as AddressInfo).port, front };
}

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
  await front.drain(5_000);
  expect(await slow).toContain("fine");
  expect(await stream).toContain(": hello");
  expect(Date.now() - started).toBeLessThan(2_000);
  idle.destroy();
  const late = connect(port, "127.0.0.1");
  await expect(once(late, "connect")).rejects.toThrow("ECONNREFUSED");
});
