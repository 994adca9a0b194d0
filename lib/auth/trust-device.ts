import { eq, sql } from "drizzle-orm";
import { devices } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/**
 * Asks for no second step on a device for `TRUSTED_DEVICE_DAYS`, while nothing about the account's ways in changes. In the
 * transaction that begins a session there with a second step, and nowhere else.
 */
export async function trustDevice({ db, settings }: Context, device: Pick<typeof devices.$inferSelect, "id" | "userId">, ways: number): Promise<void> {
  const until = sql`statement_timestamp() + make_interval(days => ${settings.TRUSTED_DEVICE_DAYS})`;
  await db.update(devices).set({ trustedUntil: until, trustedWays: ways }).where(eq(devices.id, device.id));
}
