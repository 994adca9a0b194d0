import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import { attempts } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isSealedByFirst, openAtRest, sealAtRest } from "@/lib/core/sealing";
import { sealedPlace } from "./sealed-place";

const BATCH = 200;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * Seals anew with the first of the keys whatever another one had sealed. What changes meanwhile is left: it is sealed with
 * the first already. How many were moved, and how many no key opens.
 */
export async function reseal({ db, settings: { ENCRYPTION_KEYS: keys } }: Context): Promise<{ moved: number; lost: number }> {
  const counts = { moved: 0, lost: 0 };
  for (let after = FIRST_ID; ; ) {
    const rows = await db
      .select({ id: attempts.id, sealed: attempts.sealed })
      .from(attempts)
      .where(and(isNotNull(attempts.sealed), gt(attempts.id, after)))
      .orderBy(asc(attempts.id))
      .limit(BATCH);
    for (const { id, sealed } of rows) {
      if (sealed === null || isSealedByFirst(keys, sealed)) continue;
      const place = sealedPlace("attempts", id);
      const text = openAtRest(keys, place, sealed);
      if (text === null) counts.lost += 1;
      else counts.moved += (await db.update(attempts).set({ sealed: sealAtRest(keys, place, text) }).where(and(eq(attempts.id, id), eq(attempts.sealed, sealed))).returning({ id: attempts.id })).length;
    }
    const last = rows.at(-1);
    if (!last) return counts;
    after = last.id;
  }
}
