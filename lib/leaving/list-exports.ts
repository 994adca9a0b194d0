import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { exports, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page, type PageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { exportColumns, exportView } from "./export-view";
import type { Export } from "./schema";

const cursorKeys = z.tuple([cursorTime, z.uuid()]);

/** The caller's exports, newest first. Errors: `invalid_input` (cursor). */
export async function listExports(context: UserContext, { limit, cursor }: PageQuery): Promise<Page<Export> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const rows = await context.db
    .select(exportColumns)
    .from(exports)
    .innerJoin(users, eq(users.id, exports.userId))
    .where(and(eq(exports.userId, context.actor.userId), after ? sql`(${exports.askedAt}, ${exports.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined))
    .orderBy(desc(exports.askedAt), desc(exports.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  const now = context.clock.now();
  return { items: items.map((row) => exportView(row, now)), nextCursor: last ? encodeCursor([iso(last.askedAt), last.id]) : null };
}
