import { connect } from "node:net";

/** A request as an attacker writes it: any bytes in any header, any body, lengths that lie. */
export type RawRequest = {
  method?: string;
  path: string;
  /** As written; a text is sent as Latin-1, so that a Buffer of UTF-8 or NUL can be one too. */
  headers?: readonly (readonly [string, string])[];
  body?: string | Buffer;
  /** Sends the body in chunks of this many bytes and tells no length. */
  chunked?: number;
};

export type RawAnswer = { status: number; headers: Map<string, string[]>; body: string; request: string };

const PATIENCE_MS = 10_000;

/** Sends it over a connection of its own; the answer, or status 0 when the server closed without one. */
export function rawRequest(port: number, { method = "GET", path, headers = [], body = "", chunked }: RawRequest): Promise<RawAnswer> {
  const bytes = Buffer.from(body);
  const length = chunked ? "Transfer-Encoding: chunked\r\n" : bytes.length > 0 || method !== "GET" ? `Content-Length: ${bytes.length}\r\n` : "";
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n${lines}${length}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const received: Buffer[] = [];
    const timer = setTimeout(() => socket.destroy(new Error(`no answer in ${PATIENCE_MS} ms: ${method} ${path}`)), PATIENCE_MS);
    socket.on("data", (data) => received.push(data));
    socket.on("error", (error: NodeJS.ErrnoException) => error.code === "EPIPE" || error.code === "ECONNRESET" || reject(error));
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(parse(Buffer.concat(received), `${method} ${path}`.slice(0, 120)));
    });
    socket.write(head, "latin1");
    if (chunked) for (const chunk of inChunks(bytes, chunked)) socket.write(chunk);
    else if (bytes.length > 0) socket.write(bytes);
  });
}

function* inChunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    yield Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);
  }
  yield Buffer.from("0\r\n\r\n");
}

function parse(bytes: Buffer, request: string): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return { status: 0, headers: new Map(), body: "", request };
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(":")).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(name.length + 1).trim()]);
  }
  const body = bytes.subarray(end + 4);
  const isChunked = headers.get("transfer-encoding")?.[0] === "chunked";
  return { status: Number(statusLine.split(" ")[1]), headers, body: (isChunked ? joinChunks(body) : body).toString("utf8"), request };
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16);
    if (!size) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
