import { and, asc, eq, isNull } from "drizzle-orm";
import { databaseNow, devices, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { publish } from "@/lib/notifications/publish";
import { acknowledge, recentlyEnded } from "./ledger/acknowledge";
import { markEnded } from "./ledger/mark-ended";

/**
 * Ends the device's sessions and takes it off the lists; its past sessions and events keep its name. The next sign-in
 * from there makes a new device. Doing it again finishes what was not acknowledged. `endedOwn`: the caller's own
 * session was one of them. `not_found` for what is not the caller's.
 */
export async function forgetDevice(context: UserContext, deviceId: string): Promise<{ endedOwn: boolean } | Failure> {
  if (!isId(deviceId)) return fail("not_found");
  const { userId } = context.actor;
  const marked = await inTransaction(context, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
    const [device] = await tx.db.select().from(devices).where(and(eq(devices.id, deviceId), eq(devices.userId, userId)));
    if (!device) return fail("not_found");
    if (!device.forgottenAt) {
      await tx.db.update(devices).set({ forgottenAt: databaseNow }).where(eq(devices.id, device.id));
      await recordEvents(tx, [{ userId, type: "device.forgotten", sessionId: context.actor.sessionId, deviceId }]);
    }
    const open = await tx.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.deviceId, deviceId), isNull(sessions.endedAt)))
      .orderBy(asc(sessions.id))
      .for("no key update");
    await markEnded(tx, userId, open.map(({ id }) => id), "ended_by_user");
    return { endedOwn: open.some(({ id }) => id === context.actor.sessionId) };
  });
  if (isFailure(marked)) return marked;
  const acknowledged = await acknowledge(context, userId, await recentlyEnded(context, userId));
  if (isFailure(acknowledged)) return acknowledged;
  await publish(context, userId, { type: "device.changed", deviceId });
  return marked;
}
