import { and, eq, isNull, sql } from "drizzle-orm";
import { databaseNow, devices, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { publish } from "@/lib/notifications/publish";
import { dropCachedUser } from "@/lib/users/cached-user";
import { deviceView } from "./device-view";
import type { Device, DeviceNameInput } from "./schema";

/** Gives one of the user's devices a name, or with null its own back. Errors: `not_found`. */
export async function renameDevice(context: UserContext, deviceId: string, input: DeviceNameInput): Promise<Device | Failure> {
  const { userId, sessionId } = context.actor;
  if (!isId(deviceId)) return fail("not_found");
  const view = await inTransaction(context, async (tx) => {
    const theirs = and(eq(devices.id, deviceId), eq(devices.userId, userId), isNull(devices.forgottenAt));
    const [row] = await tx.db.update(devices).set({ givenName: input.name }).where(theirs).returning();
    if (!row) return fail("not_found");
    await recordEvents(tx, [{ userId, type: "device.named", sessionId, deviceId, detail: { name: input.name } }]);
    const open = await tx.db
      .select({ current: sql<boolean>`${sessions.id} = ${sessionId}` })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.deviceId, deviceId), isNull(sessions.endedAt)));
    const [account] = await tx.db.select({ ways: users.ways, now: databaseNow }).from(users).where(eq(users.id, userId));
    return account ? deviceView(row, { current: open.some((session) => session.current), active: open.length > 0, ...account }) : fail("not_found");
  });
  if (isFailure(view)) return view;
  await dropCachedUser(context, userId);
  await publish(context, userId, { type: "device.changed", deviceId });
  return view;
}
