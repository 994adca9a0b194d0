import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { addresses, sessions } from "@/db/schema";
import type { Ip } from "@/lib/addresses/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page, type PageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { openSessions } from "./ledger/open-sessions";

const cursorKeys = z.tuple([cursorTime, z.uuid()]);

/** The addresses that the caller's account was used from, last used first; `active`: a live session is there now. */
export async function listAddresses(context: UserContext, { limit, cursor }: PageQuery): Promise<Page<Ip> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const lastUse = sql<Date>`greatest(${addresses.lastSeenAt}, (select max(${sessions.lastSeenAt}) from ${sessions} where ${sessions.addressId} = ${addresses.id}))`.mapWith(
    (text: string) => new Date(text),
  );
  const [rows, open] = await Promise.all([
    context.db
      .select({ address: addresses, lastUse })
      .from(addresses)
      .where(
        and(
          eq(addresses.userId, context.actor.userId),
          after ? sql`(${lastUse}, ${addresses.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
        ),
      )
      .orderBy(desc(lastUse), desc(addresses.id))
      .limit(limit + 1),
    openSessions(context),
  ]);
  const live = new Map(open.filter((session) => session.endedAt === null).map((session) => [session.ip.address, session.lastSeenAt]));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ address, lastUse: stored }) => {
      const use = live.get(address.address);
      const noted = iso(stored);
      return {
        id: address.id,
        address: address.address,
        country: address.country,
        city: address.city,
        firstSeenAt: iso(address.firstSeenAt),
        lastSeenAt: use && use > noted ? use : noted,
        active: use !== undefined,
      };
    }),
    nextCursor: rows.length > limit && last ? encodeCursor([iso(last.lastUse), last.address.id]) : null,
  };
}
