import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { addresses, databaseNow, devices, redisMemory, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { deviceView } from "@/lib/devices/device-view";
import type { Session } from "../schema";
import { sessionView } from "../session-view";
import { livesOf } from "../lives-of";

/**
 * The caller's sessions that the ledger holds open, as they are: the current one first, then by last use.
 * What is past its end reads as ended (`expired`). One SQL statement and one round trip to Redis.
 */
export async function openSessions(context: UserContext): Promise<Session[]> {
  return (await openSessionsBeside(context, sql`false`)).sessions;
}

/** The same, and what a page wants to know besides, asked in the same statement. */
export async function openSessionsBeside(context: UserContext, beside: SQL<boolean>): Promise<{ sessions: Session[]; beside: boolean }> {
  const { userId, sessionId } = context.actor;
  const rows = await context.db
    .select({ beside, session: sessions, device: devices, address: addresses, ways: users.ways, now: databaseNow, lostAt: redisMemory.lostAt })
    .from(sessions)
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .innerJoin(addresses, eq(addresses.id, sessions.addressId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(redisMemory, sql`true`)
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt)));
  const currentDevice = rows.find(({ session }) => session.id === sessionId)?.device.id;
  const first = rows[0];
  const lives = first ? await livesOf(context, rows.map(({ session }) => session), first.now, first.lostAt) : [];
  const views = rows
    .map(({ session, device, address, ways, now }, index) => {
      const life = lives[index] ?? { lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, endedAt: null };
      const current = session.id === sessionId;
      return sessionView(
        { ...session, endedAt: life.endedAt, endReason: life.endedAt ? "expired" : null },
        {
          current,
          device: deviceView(device, { current: device.id === currentDevice, active: life.endedAt === null, ways, now }),
          ip: address,
          lastSeenAt: life.lastSeenAt,
          expiresAt: life.expiresAt,
        },
      );
    })
    .toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt) || b.id.localeCompare(a.id));
  return { sessions: views, beside: first?.beside ?? false };
}
