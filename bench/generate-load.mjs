import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setPriority } from "node:os";

/**
 * The load generator, in a process of its own: raw sockets, because Node's HTTP client would cost as much as what
 * it measures. One job a message: { port, requests, bodyFile?, connections, milliseconds, perSecond?, once? }; `requests` are
 * sent in turn, each with that body, until the time is over or, with `once`, each was sent. Without `perSecond` each connection asks again as soon as it was answered; with it
 * requests are due at fixed times, and a late one counts from when it was due.
 */
process.on("message", async (job) => {
  process.send(await generate(job));
});
process.on("disconnect", () => process.exit(0));

async function generate({ port, requests, bodyFile, connections, milliseconds, perSecond, once }) {
  if (perSecond) goFirst();
  const texts = requests.map((text) => Buffer.from(text));
  const body = bodyFile ? readFileSync(bodyFile) : null;
  const latencies = [];
  const statuses = {};
  const started = performance.now();
  const until = started + milliseconds;
  let sent = 0;

  async function work(connection, first) {
    for (let turn = 0; ; turn++) {
      const due = perSecond ? started + ((turn * connections + first) * 1000) / perSecond : performance.now();
      if (due >= until || (once && sent === texts.length)) return connection.close();
      if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const status = await connection.ask(texts[sent++ % texts.length], body);
      latencies.push(performance.now() - due);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, async (_one, first) => work(await open(port), first)));
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { perSecond: (latencies.length * 1000) / (performance.now() - started), statuses, p50: at(0.5), p99: at(0.99) };
}

/** Latencies are the app's, not of a measurer that waits for a core. Only root may; without it they are a little longer. */
function goFirst() {
  try {
    setPriority(-10);
  } catch {}
}

/** A kept connection that has one request on its way at a time. */
async function open(port) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  let received = Buffer.alloc(0);
  let answered = () => {};
  socket.on("data", (data) => {
    received = received.length === 0 ? data : Buffer.concat([received, data]);
    const status = wholeAnswer(received);
    if (status === null) return;
    received = Buffer.alloc(0);
    answered(status);
  });
  for (const event of ["error", "close"]) socket.on(event, () => answered("closed"));
  return {
    ask: (text, body) =>
      new Promise((resolve) => {
        answered = resolve;
        if (socket.destroyed) return resolve("closed");
        socket.write(text);
        if (body) socket.write(body);
      }),
    close: () => socket.destroy(),
  };
}

/** The status, once all of the answer is there. */
function wholeAnswer(bytes) {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end).toLowerCase();
  const length = /\ncontent-length: (\d+)/.exec(head)?.[1];
  const isWhole = length === undefined ? !head.includes("\ntransfer-encoding: chunked") || bytes.subarray(-5).toString("latin1") === "0\r\n\r\n" : bytes.length >= end + 4 + Number(length);
  return isWhole ? head.slice(9, 12) : null;
}
