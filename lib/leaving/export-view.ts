import { exports, users } from "@/db/schema";
import { iso, isoOrNull } from "@/lib/core/time";
import type { Export } from "./schema";

export const exportColumns = { id: exports.id, askedAt: exports.askedAt, state: exports.state, bytes: exports.bytes, goneAt: exports.goneAt, cuts: exports.cuts, cutsNow: users.cuts };

type ExportRow = { id: string; askedAt: Date; state: Export["state"]; bytes: number | null; goneAt: Date | null; cuts: number; cutsNow: number };

/** As its owner sees it. One that was asked for before a reset or a going back is gone, whatever is left of it, and never gone in a time that is yet to come. */
export function exportView({ id, askedAt, state, bytes, goneAt, cuts, cutsNow }: ExportRow, now: number): Export {
  const isOver = state === "gone" || cuts !== cutsNow || (goneAt !== null && goneAt.getTime() <= now);
  const until = isOver && goneAt !== null && goneAt.getTime() > now ? new Date(now) : goneAt;
  return { id, at: iso(askedAt), state: isOver ? "gone" : state, bytes, goneAt: isoOrNull(until) };
}
