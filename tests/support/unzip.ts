import { once } from "node:events";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { type Entry, fromBuffer, type ZipFile } from "yauzl";

/** The files of a ZIP archive, by name; opened by another library than the one that wrote it. */
export async function unzip(archive: Uint8Array): Promise<Map<string, Buffer>> {
  const open = promisify(fromBuffer as (bytes: Buffer, options: object, done: (error: Error | null, zip: ZipFile) => void) => void);
  const zip = await open(Buffer.from(archive), { autoClose: false, validateEntrySizes: true });
  const entries: Entry[] = [];
  zip.on("entry", (entry: Entry) => entries.push(entry));
  await once(zip, "end");
  const read = promisify(zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: Readable) => void) => void);
  const files = new Map<string, Buffer>();
  for (const entry of entries) files.set(entry.fileName, await buffer(await read(entry)));
  return files;
}
