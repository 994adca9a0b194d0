import { desc, eq } from "drizzle-orm";
import { addresses, databaseNow, devices, users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Ip } from "@/lib/addresses/schema";
import { iso } from "@/lib/core/time";
import { deviceView } from "@/lib/devices/device-view";
import type { Device } from "@/lib/devices/schema";

const AT_MOST = 50;

/** The devices and addresses that a user's account was used from, last noted first. `active` says where one of `live` is. */
export async function userOverview(
  { db }: AdminContext<"sessions.read">,
  userId: string,
  live: readonly { device: { id: string }; ip: { address: string } }[],
): Promise<{ devices: Device[]; addresses: Ip[] }> {
  const [deviceRows, addressRows] = await Promise.all([
    db
      .select({ device: devices, ways: users.ways, now: databaseNow })
      .from(devices)
      .innerJoin(users, eq(users.id, devices.userId))
      .where(eq(devices.userId, userId))
      .orderBy(desc(devices.lastSeenAt))
      .limit(AT_MOST),
    db.select().from(addresses).where(eq(addresses.userId, userId)).orderBy(desc(addresses.lastSeenAt)).limit(AT_MOST),
  ]);
  const inUse = { devices: new Set(live.map(({ device }) => device.id)), addresses: new Set(live.map(({ ip }) => ip.address)) };
  return {
    devices: deviceRows.map(({ device, ways, now }) => deviceView(device, { current: false, active: inUse.devices.has(device.id), ways, now })),
    addresses: addressRows.map(({ id, address, country, city, firstSeenAt, lastSeenAt }) => ({
      id, address, country, city, firstSeenAt: iso(firstSeenAt), lastSeenAt: iso(lastSeenAt), active: inUse.addresses.has(address),
    })),
  };
}
