import { Readable } from "node:stream";
import { ZipFile } from "yazl";

/** A file of the archive; its content is read when it is its turn. `stored`: it is compressed already. */
export type Entry = { name: string; content(): AsyncIterable<string | Uint8Array>; stored?: boolean };

/** A ZIP file (APPNOTE 6.3, with data descriptors), made as it is taken: who takes slowly makes the entries wait. What an entry throws is thrown on. */
export async function* zipOf(entries: readonly Entry[], mtime: Date): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let reading: Readable | null = null;
  for (const { name, content, stored = false } of entries) {
    zip.addReadStreamLazy(name, { mtime, compress: !stored }, (give) => {
      reading = Readable.from(content(), { objectMode: false });
      // Else nobody would hear of it, and the file would never end.
      reading.on("error", (error) => output.destroy(error));
      give(null, reading);
    });
  }
  zip.on("error", (error: Error) => output.destroy(error));
  zip.end();
  try {
    yield* output as AsyncIterable<Uint8Array>;
  } finally {
    (reading as Readable | null)?.destroy();
  }
}
