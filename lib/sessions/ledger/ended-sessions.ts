import { and, desc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { deviceView } from "@/lib/devices/device-view";
import type { Session } from "../schema";
import { sessionView } from "../session-view";

export type EndedSelection = {
  limit: number;
  /** Only those that ended within this many days. */
  days?: number;
  /** Only those after this one, in the list's order. */
  after?: { endedAt: string; id: string };
};

/** The caller's sessions that have ended, latest end first. One SQL statement. */
export async function endedSessions(context: UserContext, { limit, days, after }: EndedSelection): Promise<Session[]> {
  const { userId } = context.actor;
  const rows = await context.db
    .select({ session: sessions, device: devices, address: addresses, ways: users.ways, now: databaseNow })
    .from(sessions)
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(
      and(
        eq(sessions.userId, userId),
        isNotNull(sessions.endedAt),
        days === undefined ? undefined : gt(sessions.endedAt, sql`${databaseNow} - make_interval(days => ${days})`),
        after ? sql`(${sessions.endedAt}, ${sessions.id}) < (${after.endedAt}::timestamptz, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(sessions.endedAt), desc(sessions.id))
    .limit(limit);
  return rows.map(({ session, device, address, ways, now }) =>
    sessionView(session, {
      current: false,
      device: deviceView(device, { current: false, active: false, ways, now }),
      ip: address,
      lastSeenAt: session.lastSeenAt,
      expiresAt: session.expiresAt,
    }),
  );
}
