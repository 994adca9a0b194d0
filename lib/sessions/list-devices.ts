import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { databaseNow, devices, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page, type PageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { deviceView } from "@/lib/devices/device-view";
import type { Device } from "@/lib/devices/schema";
import { openSessions } from "./ledger/open-sessions";

const cursorKeys = z.tuple([cursorTime, z.uuid()]);

/** The caller's devices, last used first; those of live sessions carry the last use that Redis knows. */
export async function listDevices(context: UserContext, { limit, cursor }: PageQuery): Promise<Page<Device> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const lastUse = sql<Date>`greatest(${devices.lastSeenAt}, (select max(${sessions.lastSeenAt}) from ${sessions} where ${sessions.deviceId} = ${devices.id}))`.mapWith(
    (text: string) => new Date(text),
  );
  const [rows, open] = await Promise.all([
    context.db
      .select({ device: devices, lastUse, ways: users.ways, now: databaseNow })
      .from(devices)
      .innerJoin(users, eq(users.id, devices.userId))
      .where(
        and(
          eq(devices.userId, context.actor.userId),
          isNull(devices.forgottenAt),
          after ? sql`(${lastUse}, ${devices.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
        ),
      )
      .orderBy(desc(lastUse), desc(devices.id))
      .limit(limit + 1),
    openSessions(context),
  ]);
  const live = new Map<string, { current: boolean; lastSeenAt: string }>();
  for (const session of open.toReversed()) {
    if (session.endedAt !== null) continue;
    const known = live.get(session.device.id);
    const lastSeenAt = known && known.lastSeenAt > session.lastSeenAt ? known.lastSeenAt : session.lastSeenAt;
    live.set(session.device.id, { current: session.current || known?.current === true, lastSeenAt });
  }
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => {
      const use = live.get(row.device.id);
      const view = deviceView(row.device, { current: use?.current ?? false, active: use !== undefined, ways: row.ways, now: row.now });
      const stored = iso(row.lastUse);
      return { ...view, lastSeenAt: use && use.lastSeenAt > stored ? use.lastSeenAt : stored };
    }),
    nextCursor: rows.length > limit && last ? encodeCursor([iso(last.lastUse), last.device.id]) : null,
  };
}
