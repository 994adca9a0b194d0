import { z } from "zod";
import { knownEndReason } from "../schema";

/** The braces are literal: in a Redis Cluster all of a user's keys live in one slot. */
export function sessionKey(userId: string, sessionId: string): string {
  return `session:{${userId}}:${sessionId}`;
}

/** Where a record is set aside for whose tombstone Redis has no memory: it lets nobody in, and its life still tells the last use. */
export function asideKey(userId: string, sessionId: string): string {
  return `aside:{${userId}}:${sessionId}`;
}

/** How long a tombstone stands, in seconds; each reader sets it back to this. */
export const TOMBSTONE_SECONDS = 600;

const recordSchema = z.object({
  userId: z.string(),
  deviceId: z.string(),
  ipId: z.string(),
  secretHash: z.string(),
  client: z.enum(["browser", "native"]),
  ttl: z.int(),
  createdAt: z.int(),
  absoluteEndsAt: z.int(),
});

// A reason of a newer version's is no error: that would take the trust from this Redis (DESIGN 4).
const tombstoneSchema = z.object({ ended: z.string().transform((reason) => knownEndReason(reason) ?? "expired"), at: z.int(), lastSeen: z.int().nullable() });

/** A live session as Redis knows it. Times are milliseconds, `ttl` is seconds. */
export type SessionRecord = z.infer<typeof recordSchema>;
/** What stands in the place of a session that was ended, so that no late writer can bring it back. */
export type Tombstone = z.infer<typeof tombstoneSchema>;
export type SessionEntry = SessionRecord | Tombstone;

const entrySchema = z.union([tombstoneSchema, recordSchema]);

export function isTombstone(entry: SessionEntry): entry is Tombstone {
  return "ended" in entry;
}

/** Parses what stands under a session's key. Throws on anything else: it is no answer, and an error is never nil. */
export function parseEntry(json: string): SessionEntry {
  return entrySchema.parse(JSON.parse(json));
}
