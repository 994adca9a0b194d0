import { constants } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { boundedQueue } from "@/lib/core/bounded-queue";
import { withDeadline } from "@/lib/core/deadline";
import { isFailure } from "@/lib/core/errors";
import { singleton } from "@/lib/core/singleton";
import { checkKey, checkPrefix, type Storage, STORAGE_DEADLINE_MS, StorageDown, type StoredObject } from "./storage";

const AT_ONCE = 4;
const WAITING = 1_000;

/** So much is written before it is flushed, bytes: a slow disk gets it done within the deadline, however large the whole is. */
const FLUSHED_AT_ONCE = 64 * 1024 * 1024;

/** What a put writes before it is whole. No key ends so. */
const UNFINISHED = ".part~";

/** Objects as files below `folder`/objects. */
export function diskStorage(folder: string): Storage {
  const root = join(folder, "objects");

  function at<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    checkKey(key);
    return answered(() => work(join(root, ...key.split("/"))));
  }

  async function* list(prefix: string): AsyncGenerator<StoredObject> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    for await (const found of walk(join(root, folder), folder)) if (found.key.startsWith(prefix)) yield found;
  }

  return {
    put: (key, body) => at(key, (path) => write(path, body)),
    putPieces: (key, pieces) => {
      checkKey(key);
      return writePieces(join(root, ...key.split("/")), pieces);
    },
    getPiece: (key, from, length) => at(key, (path) => readPiece(path, from, length)),
    get: (key) => at(key, (path) => readFile(path).catch(nullIfMissing)),
    delete: (key) => at(key, (path) => remove(root, path)),
    async deleteBelow(prefix) {
      checkPrefix(prefix);
      for await (const { key } of list(prefix)) await at(key, (path) => remove(root, path));
    },
    list,
    ready: () =>
      answered(async () => {
        await mkdir(root, { recursive: true });
        await access(root, constants.W_OK);
      }),
    close() {},
  };
}

/**
 * A disk may hang too: a network's, or one that fails. Each piece of work keeps a thread until it has really ended,
 * however early it was given up; so only a few are begun, and those that cookies and names are read on stay free.
 */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  const queue = singleton("disk", () => boundedQueue(AT_ONCE, WAITING));
  const deadline = performance.now() + STORAGE_DEADLINE_MS;
  const done = await withDeadline(queue(deadline, work), STORAGE_DEADLINE_MS, "disk").catch((error: unknown) => {
    throw new StorageDown("the disk did not do it", { cause: error });
  });
  if (isFailure(done)) throw new StorageDown("too much waits for the disk");
  return done;
}

function nullIfMissing(error: unknown): null {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return null;
  throw error;
}

/** Written aside, flushed and renamed: a reader sees the whole object or none, a loss of power leaves no empty one. */
async function write(path: string, body: Uint8Array): Promise<void> {
  const unfinished = path + UNFINISHED;
  const file = await create(unfinished);
  try {
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
  await finish(unfinished, path);
}

/** The same piece by piece: the thread is given back between them, and one that comes slowly keeps nobody's. */
async function writePieces(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const unfinished = path + UNFINISHED;
  const file = await answered(() => create(unfinished));
  let bytes = 0;
  let flushed = 0;
  let isWhole = false;
  try {
    for await (const piece of pieces) {
      await answered(() => file.writeFile(piece));
      bytes += piece.length;
      if (bytes - flushed < FLUSHED_AT_ONCE) continue;
      await answered(() => file.sync());
      flushed = bytes;
    }
    await answered(() => file.sync());
    isWhole = true;
  } finally {
    await file.close();
    if (!isWhole) await rm(unfinished, { force: true });
  }
  await answered(() => finish(unfinished, path));
  return bytes;
}

async function readPiece(path: string, from: number, length: number): Promise<Uint8Array | null> {
  const file = await open(path, "r").catch(nullIfMissing);
  if (!file) return null;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function finish(unfinished: string, path: string): Promise<void> {
  await rename(unfinished, path);
  // Gone already if somebody deleted the object since.
  const parent = await open(dirname(path), "r").catch(nullIfMissing);
  await parent?.sync().finally(() => parent.close());
}

/** A delete may take an empty folder away at any moment. */
async function create(path: string): Promise<FileHandle> {
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(dirname(path), { recursive: true });
      return await open(path, "w", 0o600);
    } catch (error) {
      // Node says ENOTDIR too when a folder vanishes under it.
      if (tries === 50 || !["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}

async function remove(root: string, path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(path + UNFINISHED, { force: true });
  for (let parent = dirname(path); parent !== root; parent = dirname(parent)) {
    const removed = await rmdir(parent).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

async function* walk(folder: string, prefix: string): AsyncGenerator<StoredObject> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(nullIfMissing)) ?? [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, `${prefix}${entry.name}/`);
    else {
      const found = await stat(path).catch(nullIfMissing);
      if (found) yield { key: prefix + entry.name.replace(UNFINISHED, ""), modifiedAt: found.mtime };
    }
  }
}
