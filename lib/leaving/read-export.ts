import { and, eq, gt, isNull } from "drizzle-orm";
import { exports, sessions, statementTime, users } from "@/db/schema";
import { type ProofShown, requireProof } from "@/lib/auth/require-proof";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";

/** What is read of the file at a time, bytes: so much of it is held, however slowly it is taken. */
const PIECE = 1024 * 1024;

/** The file of an export. `pieces` breaks off when it cannot be read any more. */
export type ExportFile = { bytes: number; askedAt: Date; pieces: AsyncGenerator<Uint8Array> };

/**
 * The file of one of the caller's exports, while it is there. It needs a step-up. Whoever takes it loses it with the session: an
 * end, a reset or a going back stops it between two pieces. With the first of them it is written down. Errors: `unauthenticated`, `proof_required`; `not_found` (not the caller's, not
 * ready, or gone).
 */
export async function readExport(context: UserContext, exportId: string, proof: ProofShown): Promise<ExportFile | Failure> {
  const unproven = await requireProof(context, proof);
  if (unproven) return unproven;
  const row = isId(exportId) ? await findReady(context, exportId) : null;
  if (!row?.object || row.bytes === null) return fail("not_found");
  return { bytes: row.bytes, askedAt: row.askedAt, pieces: pieces(context, { id: row.id, object: row.object, bytes: row.bytes }) };
}

/** Of the caller, whose session lives. */
async function findReady({ db, actor: { userId, sessionId } }: UserContext, exportId: string): Promise<typeof exports.$inferSelect | null> {
  const [found] = await db
    .select({ row: exports })
    .from(exports)
    .innerJoin(users, and(eq(users.id, exports.userId), eq(users.cuts, exports.cuts)))
    .innerJoin(sessions, and(eq(sessions.userId, users.id), eq(sessions.id, sessionId), isNull(sessions.endedAt)))
    .where(and(eq(exports.id, exportId), eq(exports.userId, userId), eq(exports.state, "ready"), gt(exports.goneAt, statementTime)));
  return found?.row ?? null;
}

async function* pieces(context: UserContext, { id, object, bytes }: { id: string; object: string; bytes: number }): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes; ) {
    if (!(await findReady(context, id))) throw new Error("the export is not its taker's any more");
    const piece = await context.storage.getPiece(object, from, Math.min(PIECE, bytes - from));
    if (!piece || piece.length === 0) throw new Error("the export is gone");
    // Not before: who only asks whether it is there takes nothing.
    if (from === 0) await recordEvents(context, [{ userId: context.actor.userId, type: "export.made", sessionId: context.actor.sessionId, detail: { what: "download" } }]);
    from += piece.length;
    yield piece;
  }
}
