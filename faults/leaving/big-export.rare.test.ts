import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { type Entry, open, type ZipFile } from "yauzl";
import { fillEvents } from "@/tests/integration/leaving/exporting";
import { type Production, startProduction } from "@/tests/support/behind-nginx";
import { openTestWorld } from "@/tests/support/context";
import { newDatabase } from "@/tests/support/new-database";
import { rounds } from "@/tests/support/rounds";
import { hasS3, startS3 } from "@/tests/support/s3-server";
import { atEnd } from "@/tests/support/stop-everything";
import { makeTemporaryFolder } from "@/tests/support/temporary-folder";

/** More than 2 GB of JSON, of which a third of a GB and more is nothing that a ZIP makes smaller. */
const EVENTS = rounds(5_100_000);
const BYTES_EACH = 400;
const MB = 1024 * 1024;
/**
 * Rows, streams, zlib, and garbage that V8 leaves for later: 483 MB were measured in an instance that had memory to spare, which two
 * minutes after had as much as before. A third of the JSON, of which all would be held otherwise.
 */
const MOST = 650 * MB;
const LONGEST_MS = 1_800_000;

const storages: readonly [string, () => Promise<Record<string, string>>, boolean][] = [
  ["a disk", async () => ({}), true],
  ["an S3", async () => (await startS3()).settings, hasS3()],
];

describe.each(storages)("on %s", (name, settings, has) => {
  test.skipIf(!has)("an account of two gigabytes is exported and taken through nginx in bounded memory", { timeout: 2 * LONGEST_MS }, async () => {
    const DATABASE_URL = await newDatabase();
    const { context } = await openTestWorld({ DATABASE_URL });
    const production = await startProduction({ DATABASE_URL, ...(await settings()) });
    const { id, cookie } = await signUp(production);
    await fillEvents(context, id, EVENTS);
    const memory = watchMemory(production.pids());

    const began = performance.now();
    const asked = (await json(await send(production, "POST", "/api/auth/exports", cookie, {}))) as { id: string };
    const look = async () => ((await json(await send(production, "GET", "/api/auth/exports", cookie))) as { items: { state: string; bytes: number }[] }).items[0];
    while ((await look())?.state === "making" && performance.now() - began < LONGEST_MS) await sleep(500);
    const ready = await look();
    expect(ready).toMatchObject({ id: asked.id, state: "ready" });
    const made = { seconds: Math.round((performance.now() - began) / 1000), rise: memory.rise() };

    const { folder, remove } = await makeTemporaryFolder();
    atEnd(remove);
    const file = join(folder, "export.zip");
    const answer = await send(production, "GET", `/api/auth/exports/${asked.id}`, cookie);
    const output = createWriteStream(file);
    await pipeline(answer, output);
    expect(output.bytesWritten).toBe(ready?.bytes);
    const rise = memory.stop();
    const inside = await eventsIn(file);
    console.log(`On ${name}: ${EVENTS} events, ${Math.round(inside.bytes / MB)} MB of JSON, ${Math.round(output.bytesWritten / MB)} MB of ZIP in ${made.seconds} s; the memory of an instance rose by ${made.rise} MB until it was made, by ${rise} MB until it was taken.`);
    expect(inside.lines).toBeGreaterThanOrEqual(EVENTS);
    expect(inside.bytes).toBeGreaterThan(EVENTS * BYTES_EACH);
    expect(rise * MB).toBeLessThan(MOST);
  });
});

const agent = new Agent({ keepAlive: true });

async function send({ nginx }: Production, method: string, path: string, cookie: string, body?: object): Promise<IncomingMessage> {
  const sent = request({ host: "127.0.0.1", port: nginx.port, servername: "localhost", ca: nginx.certificate, agent, method, path, headers: { origin: nginx.url, cookie, ...(body && { "content-type": "application/json" }) } });
  sent.end(body && JSON.stringify(body));
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  return answer;
}

async function signUp(production: Production): Promise<{ id: string; cookie: string }> {
  const answer = await send(production, "POST", "/api/auth/signup", "", { email: "big@example.org", password: "seventeen blue kettles", name: "Zo Li" });
  const { user } = (await json(answer)) as { user: { id: string } };
  return { id: user.id, cookie: (answer.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ") };
}

/** By how many MB the memory of one of the processes has risen at most since then. */
function watchMemory(pids: readonly number[]): { rise(): number; stop(): number } {
  const first = new Map<number, number>();
  let most = 0;
  async function look(): Promise<void> {
    // Where one has ended there is nothing more to see.
    const { stdout } = await promisify(execFile)("ps", ["-o", "pid=,rss=", "-p", pids.join()]).catch(() => ({ stdout: "" }));
    for (const line of stdout.split("\n").filter(Boolean)) {
      const [pid = 0, kilobytes = 0] = line.trim().split(/\s+/).map(Number);
      first.set(pid, first.get(pid) ?? kilobytes);
      most = Math.max(most, kilobytes - (first.get(pid) ?? kilobytes));
    }
  }
  const looking = setInterval(() => void look(), 200);
  const rise = () => Math.round(most / 1024);
  return {
    rise,
    stop() {
      clearInterval(looking);
      return rise();
    },
  };
}

/** What the file of events in the archive comes to, read to its end. */
async function eventsIn(file: string): Promise<{ lines: number; bytes: number }> {
  const zip = await promisify(open as (path: string, options: object, done: (error: Error | null, zip: ZipFile) => void) => void)(file, { autoClose: false, validateEntrySizes: true });
  const entries: Entry[] = [];
  zip.on("entry", (entry: Entry) => entries.push(entry));
  await once(zip, "end");
  const entry = entries.find(({ fileName }) => fileName === "events.json") as Entry;
  const read = promisify(zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void);
  const found = { lines: 0, bytes: 0 };
  for await (const piece of (await read(entry)) as AsyncIterable<Buffer>) {
    found.bytes += piece.length;
    for (let at = piece.indexOf("\n"); at !== -1; at = piece.indexOf("\n", at + 1)) found.lines++;
  }
  zip.close();
  return found;
}
