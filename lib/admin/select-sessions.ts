import { and, asc, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, redisMemory, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Sort } from "./schema";

export type Selection = {
  open: boolean;
  where: SQL | undefined;
  /** Few satisfy `where`: all of them are found and then sorted, whatever the planner makes of the limit. */
  selective: boolean;
  sort: Sort;
  /** Only those after this one, in the list's order. */
  after: { createdAt: string; id: string } | null;
  limit: number;
};

export type SelectedSession = Awaited<ReturnType<typeof selectSessions>>[number];

/** Sessions with whose, on what and from where they are, in the order in which they began. One indexed statement. */
export async function selectSessions({ db }: Context, { open, where, selective, sort, after, limit }: Selection) {
  const direction = sort === "newest" ? desc : asc;
  // No index has this order: else the planner may walk a million sessions for a page that will never be full.
  const began = selective ? sql`${sessions.createdAt} + interval '0'` : sessions.createdAt;
  const beyond = sort === "newest" ? sql`<` : sql`>`;
  return db
    .select({ session: sessions, user: users, device: devices, address: addresses, now: databaseNow, lostAt: redisMemory.lostAt })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .leftJoin(redisMemory, sql`true`)
    .where(
      and(
        open ? isNull(sessions.endedAt) : isNotNull(sessions.endedAt),
        after ? sql`(${sessions.createdAt}, ${sessions.id}) ${beyond} (${after.createdAt}::timestamptz, ${after.id}::uuid)` : undefined,
        where,
      ),
    )
    .orderBy(direction(began), direction(sessions.id))
    .limit(limit);
}
