import { and, eq, isNull, sql } from "drizzle-orm";
import { devices, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { publish } from "@/lib/notifications/publish";
import { dropCachedUser } from "@/lib/users/cached-user";
import { isTrusted } from "./find-account";
import { underOwnSession } from "./under-own-session";

/**
 * Asks for a second step on one of the caller's devices again. Under the account's lock, which a sign-in that relies on the
 * trust holds too: once this is answered, none begins a session by it. It weakens nothing, so it needs no step-up; a device
 * that is not trusted is left as it is. Errors: `not_found`, `unauthenticated`.
 */
export async function stopTrusting(context: UserContext, deviceId: string): Promise<Failure | void> {
  if (!isId(deviceId)) return fail("not_found");
  const { userId, sessionId } = context.actor;
  const stopped = await underOwnSession(context, {}, async (tx) => {
    const theirs = and(eq(devices.id, deviceId), eq(devices.userId, userId), isNull(devices.forgottenAt));
    const [device] = await tx.db
      .select({ trusted: sql<boolean>`coalesce(${isTrusted}, false)` })
      .from(devices)
      .innerJoin(users, eq(users.id, devices.userId))
      .where(theirs);
    if (!device) return fail("not_found");
    await tx.db.update(devices).set({ trustedUntil: null, trustedWays: null }).where(theirs);
    if (device.trusted) await recordEvents(tx, [{ userId, type: "factor.removed", sessionId, deviceId, detail: { what: "trusted_device" } }]);
    return device;
  });
  if (isFailure(stopped)) return stopped;
  await dropCachedUser(context, userId);
  await publish(context, userId, { type: "device.changed", deviceId });
}
