import { and, eq } from "drizzle-orm";
import { databaseNow, devices, sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { publish } from "@/lib/notifications/publish";
import { changeWays } from "./change-ways";

/**
 * Ends the device's sessions and takes it off the lists; its past sessions and events keep its name. The next sign-in
 * from there makes a new device, and one that is under way comes to nothing. Doing it again finishes what was not
 * acknowledged. `endedOwn`: the caller's own session was one of them. `not_found` for what is not the caller's.
 */
export async function forgetDevice(context: UserContext, deviceId: string): Promise<{ endedOwn: boolean } | Failure> {
  if (!isId(deviceId)) return fail("not_found");
  const { userId, sessionId } = context.actor;
  const ended = await changeWays(context, {
    ends: { where: eq(sessions.deviceId, deviceId), reason: "ended_by_user" },
    change: (tx) => forget(tx, deviceId),
  });
  if (isFailure(ended)) return ended;
  await publish(context, userId, { type: "device.changed", deviceId });
  return { endedOwn: ended.some(({ id, now }) => now && id === sessionId) };
}

async function forget(tx: UserContext, deviceId: string): Promise<object | Failure | null> {
  const { userId, sessionId } = tx.actor;
  const [device] = await tx.db.select().from(devices).where(and(eq(devices.id, deviceId), eq(devices.userId, userId)));
  if (!device) return fail("not_found");
  if (device.forgottenAt) return null;
  await tx.db.update(devices).set({ forgottenAt: databaseNow }).where(eq(devices.id, device.id));
  await recordEvents(tx, [{ userId, type: "device.forgotten", sessionId, deviceId }]);
  return {};
}
