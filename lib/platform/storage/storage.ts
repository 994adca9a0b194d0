/** An object as `list` tells of it. */
export type StoredObject = { key: string; modifiedAt: Date };

/**
 * The port to where pictures and exports are kept. Every call answers within `STORAGE_DEADLINE_MS` or rejects with a
 * StorageDown; a call that was given up may still take effect later.
 */
export type Storage = {
  /** Stores an object whole or not at all; on disk it survives a loss of power once this resolves. */
  put(key: string, body: Uint8Array, contentType: string): Promise<void>;
  /**
   * Stores an object of any size as its pieces come, whole or not at all, and holds a few of them at most; each is taken
   * within a deadline of its own. How many bytes they were. What `pieces` throws is thrown on, and nothing is stored.
   */
  putPieces(key: string, pieces: AsyncIterable<Uint8Array>, contentType: string): Promise<number>;
  /** `length` bytes of an object that has them, from `from` on; null if there is no such object. */
  getPiece(key: string, from: number, length: number): Promise<Uint8Array | null>;
  /** The object's bytes, or null. */
  get(key: string): Promise<Uint8Array | null>;
  /** Resolves also when there is no such object. */
  delete(key: string): Promise<void>;
  /** Deletes every object whose key begins with `prefix`, a folder's, and what was begun there and never finished: whoever is at it fails. */
  deleteBelow(prefix: string): Promise<void>;
  /** Every object whose key begins with `prefix`, unfinished ones too, in no order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** Resolves when objects can be written; throws otherwise. */
  ready(): Promise<void>;
  close(): void;
};

export const STORAGE_DEADLINE_MS = 4_000;

/** Thrown when an object could not be stored, read or deleted. Compare `code`. */
export class StorageDown extends Error {
  readonly code = "STORAGE_DOWN";
}

/** The same of a folder's prefix: never the whole storage. */
export function checkPrefix(prefix: string): void {
  checkKey(prefix.replace(/\/$/, ""));
  if (!prefix.endsWith("/")) throw new Error("not a folder of objects");
}

/**
 * Keys are paths of letters, digits, `-`, `_` and inner dots. Whatever else comes (`..`, an absolute path, a
 * backslash, NUL) is a fault of ours, not an input: it throws before any driver sees it (CWE-22).
 */
export function checkKey(key: string): void {
  if (key.length > 512 || !/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(\/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*$/.test(key)) throw new Error("not a key of an object");
}
