import { and, asc, eq, gt, isNotNull } from "drizzle-orm";
import { attempts, totpFactors } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isSealedByFirst, openAtRest, sealAtRest } from "@/lib/core/sealing";
import { totpPlace } from "@/lib/factors/sealed-secret";
import { sealedPlace } from "./sealed-place";

const BATCH = 200;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

/** A column that is sealed: its rows in the order of their ids, where each is bound to, and how it is written if nothing else was meanwhile. */
type Sealed = {
  after: (id: string) => Promise<{ id: string; sealed: string | null }[]>;
  placeOf: (id: string) => string;
  write: (id: string, before: string, after: string) => Promise<{ id: string }[]>;
};

/**
 * Seals anew with the first of the keys whatever another one had sealed. What changes meanwhile is left: it is sealed with
 * the first already. How many were moved, and how many no key opens.
 */
export async function reseal(context: Context): Promise<{ moved: number; lost: number }> {
  const counts = { moved: 0, lost: 0 };
  for (const column of [ofAttempts(context), ofAuthenticatorApps(context)]) {
    const { moved, lost } = await resealColumn(context, column);
    counts.moved += moved;
    counts.lost += lost;
  }
  return counts;
}

async function resealColumn({ settings: { ENCRYPTION_KEYS: keys } }: Context, { after, placeOf, write }: Sealed): Promise<{ moved: number; lost: number }> {
  const counts = { moved: 0, lost: 0 };
  for (let last: string | undefined = FIRST_ID; last !== undefined; ) {
    const rows = await after(last);
    for (const { id, sealed } of rows) {
      if (sealed === null || isSealedByFirst(keys, sealed)) continue;
      const text = openAtRest(keys, placeOf(id), sealed);
      if (text === null) counts.lost += 1;
      else counts.moved += (await write(id, sealed, sealAtRest(keys, placeOf(id), text))).length;
    }
    last = rows.at(-1)?.id;
  }
  return counts;
}

function ofAttempts({ db }: Context): Sealed {
  const { id: key, sealed } = attempts;
  return {
    after: (id) => db.select({ id: key, sealed }).from(attempts).where(and(isNotNull(sealed), gt(key, id))).orderBy(asc(key)).limit(BATCH),
    placeOf: (id) => sealedPlace("attempts", id),
    write: (id, before, now) => db.update(attempts).set({ sealed: now }).where(and(eq(key, id), eq(sealed, before))).returning({ id: key }),
  };
}

function ofAuthenticatorApps({ db }: Context): Sealed {
  const { id: key, secret } = totpFactors;
  return {
    after: (id) => db.select({ id: key, sealed: secret }).from(totpFactors).where(gt(key, id)).orderBy(asc(key)).limit(BATCH),
    placeOf: totpPlace,
    write: (id, before, now) => db.update(totpFactors).set({ secret: now }).where(and(eq(key, id), eq(secret, before))).returning({ id: key }),
  };
}
