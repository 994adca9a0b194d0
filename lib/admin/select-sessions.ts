import { and, asc, desc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, redisMemory, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { Sort } from "./schema";

export type Selection = {
  open: boolean;
  where: SQL | undefined;
  sort: Sort;
  /** Only those after this one, in the list's order. */
  after: { createdAt: string; id: string } | null;
  limit: number;
};

export type SelectedSession = Awaited<ReturnType<typeof selectSessions>>[number];

/** Sessions with whose, on what and from where they are, in the order in which they began. One indexed statement. */
export async function selectSessions({ db }: Context, { open, where, sort, after, limit }: Selection) {
  const direction = sort === "newest" ? desc : asc;
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
    .orderBy(direction(sessions.createdAt), direction(sessions.id))
    .limit(limit);
}
