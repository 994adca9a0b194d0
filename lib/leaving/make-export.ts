import { and, eq, not, type SQL, sql } from "drizzle-orm";
import { databaseNow, exports, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import { renewLease } from "@/lib/jobs/renew-lease";
import { queueMail } from "@/lib/mail/queue-mail";
import { publish } from "@/lib/notifications/publish";
import { findUser } from "@/lib/users/find-user";
import { dropExport } from "./drop-export";
import { exportFile } from "./export/export-file";
import { exportLease } from "./export-lease";
import { exportObject, exportsBelow } from "./export-object";

/** For how long a file is kept. */
const KEPT_DAYS = 7;
/** How often a long try says that it goes on. */
const RENEW_MS = 15_000;

type ExportRow = typeof exports.$inferSelect;

/**
 * Writes the file of an export to the storage as it is read, and shows it once it is there: a worker that was killed, or that
 * another has taken over from, shows nothing, and what it wrote is deleted by the next try. Rejects when it could not.
 */
export async function makeExport(context: Context, job: ExportRow): Promise<void> {
  const { id, userId, tries } = job;
  const user = await findUser(context, userId);
  // A reset or a going back came since it was asked for.
  if (user && user.cuts !== job.cuts) return dropExport(context, job);
  const object = exportObject(userId, id);
  const own = and(eq(exports.id, id), eq(exports.tries, tries), eq(exports.state, "making"));
  // Written down first, so that a sweep knows whose it is.
  const taken = await context.db.update(exports).set({ object }).where(own).returning({ id: exports.id });
  if (!user || taken.length === 0) return;
  await context.storage.deleteBelow(exportsBelow(userId, id));
  const bytes = await context.storage.putPieces(object, renewing(context, job, exportFile(context, user)), "application/zip");
  if (await show(context, job, object, bytes)) return publish(context, userId, { type: "export.ready", exportId: id });
  // A cut came while it was written; where another worker has taken it over, the rest is that one's.
  await context.storage.delete(object);
  await context.db.update(exports).set({ state: "gone", object: null, dueAt: null }).where(and(own, wasCut(userId)));
}

/** The pieces, for as long as nobody else has taken the job. */
async function* renewing(context: Context, job: ExportRow, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let renewedAt = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - renewedAt > RENEW_MS) {
      if (!(await renewLease(context, exportLease, job))) throw new Error("another worker has taken this export over");
      renewedAt = performance.now();
    }
    yield piece;
  }
}

/** A reset or a going back came since it was asked for. */
function wasCut(userId: string): SQL {
  return sql`${exports.cuts} <> (select cuts from ${users} where id = ${userId})`;
}

/** In one transaction with the mail that tells it. False: it is nobody's any more, or a reset or a going back came since it was asked for. */
async function show({ db, ...context }: Context, { id, userId, tries, askedAt }: ExportRow, object: string, bytes: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
    const goneAt = sql<Date>`${databaseNow} + make_interval(days => ${KEPT_DAYS})`;
    const [shown] = await tx
      .update(exports)
      .set({ state: "ready", bytes, goneAt, dueAt: goneAt, tries: 0 })
      .where(and(eq(exports.id, id), eq(exports.tries, tries), eq(exports.state, "making"), eq(exports.object, object), not(wasCut(userId))))
      .returning({ goneAt: exports.goneAt });
    if (!shown?.goneAt) return false;
    await queueMail({ ...context, db: tx }, { kind: "export_ready", userId, facts: { askedAt: iso(askedAt), goneAt: iso(shown.goneAt), bytes } });
    return true;
  });
}
