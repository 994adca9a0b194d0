import { and, eq, gt, isNull, lt, ne, sql } from "drizzle-orm";
import { exports, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** For how long the list tells of one that is gone. */
const LISTED_DAYS = 90;
const BATCH = 500;

/** Has the files deleted that a reset or a going back made worthless, now and not when their time is over; and forgets exports that were asked for long ago. */
export async function tidyExports({ db }: Context): Promise<void> {
  const cut = db
    .select({ id: exports.id })
    .from(exports)
    .innerJoin(users, and(eq(users.id, exports.userId), ne(users.cuts, exports.cuts)))
    .where(and(eq(exports.state, "ready"), gt(exports.dueAt, statementTime)))
    .limit(BATCH);
  await db.update(exports).set({ dueAt: sql`clock_timestamp()` }).where(sql`${exports.id} = any(array(${cut}))`);
  const old = db
    .select({ id: exports.id })
    .from(exports)
    .where(and(eq(exports.state, "gone"), isNull(exports.dueAt), lt(exports.askedAt, sql`${statementTime} - make_interval(days => ${LISTED_DAYS})`)))
    .limit(BATCH);
  await db.delete(exports).where(sql`${exports.id} = any(array(${old}))`);
}
