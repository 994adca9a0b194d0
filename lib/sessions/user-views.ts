import { and, eq, isNull } from "drizzle-orm";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { addresses, devices, sessions, users } from "@/db/schema";
import { placeSchema } from "@/lib/addresses/schema";
import type { Context } from "@/lib/core/context";
import { withDeadline } from "@/lib/core/deadline";
import { isDatabaseDown, isRedisDown } from "@/lib/core/outage";
import { singleton } from "@/lib/core/singleton";
import { deviceView } from "@/lib/devices/device-view";
import { deviceSchema } from "@/lib/devices/schema";
import { cachedUserKey, holdOn } from "@/lib/users/cached-user";
import { userSchema } from "@/lib/users/schema";
import { userView } from "@/lib/users/user-view";
import { replaceCachedUser } from "./store/replace-cached-user";

/** How long the views are taken as they are, and how long at most while PostgreSQL does not answer. */
const FRESH_MS = 60_000;
const STALE_MS = 600_000;
/** How long new ones are waited for while there are old ones to show. */
const PATIENCE_MS = 1_000;
/** Characters of what was read, of all users together. */
const MOST_REMEMBERED = 8_000_000;

const viewsSchema = z.object({
  at: z.int(),
  user: userSchema,
  devices: z.record(z.string(), deviceSchema),
  addresses: z.record(z.string(), placeSchema),
});
/** What a page shows of the user and of where their live sessions are. It decides no permission. */
export type UserViews = z.infer<typeof viewsSchema>;

export type Wanted = { userId: string; deviceId: string; addressId: string };

/**
 * The views, from what stood under the cache's key, else from one SQL statement (one flight a user, mark and process). What a
 * change has marked is taken only while PostgreSQL does not answer.
 * Null when they do not show what is wanted (it ended, or began while they were read). Rejects when they are
 * neither fresh nor to be had.
 */
export async function userViews(context: Context, wanted: Wanted, cached: string | null): Promise<UserViews | null> {
  const known = parse(cached, wanted);
  const age = known ? context.clock.now() - known.at : Number.POSITIVE_INFINITY;
  if (known && age < FRESH_MS && cached?.startsWith("{")) return known;
  try {
    const flights = singleton("userViews", () => new Map<string, Promise<UserViews | null>>());
    // With the mark: who has read a newer one may not be shown what was read from the rows before that change.
    const key = wanted.userId + markOf(cached);
    const flight = flights.get(key) ?? rebuild(context, wanted.userId, cached).finally(() => flights.delete(key));
    flights.set(key, flight);
    const views = await (known ? withDeadline(flight, PATIENCE_MS, "views of the user") : flight);
    return views && has(views, wanted) ? views : null;
  } catch (error) {
    if (known && age < STALE_MS && isDatabaseDown(error)) return known;
    throw error;
  }
}

function has(views: UserViews, { deviceId, addressId }: Wanted): boolean {
  return deviceId in views.devices && addressId in views.addresses;
}

/** What stands before the views: "" when no change has marked them. */
function markOf(cached: string | null): string {
  return cached?.split("{", 1)[0] ?? "";
}

type ReadViews = { text: string; views: UserViews | null };

/** What was read last of a user is remembered: the same text is parsed once, and not for each request. */
function parse(cached: string | null, wanted: Wanted): UserViews | null {
  if (cached === null) return null;
  const recent = singleton("parsedViews", () => new LRUCache<string, ReadViews>({ maxSize: MOST_REMEMBERED, sizeCalculation: ({ text }) => text.length }));
  let read = recent.get(wanted.userId);
  if (read?.text !== cached) {
    const begins = cached.indexOf("{");
    read = { text: cached, views: begins < 0 ? null : (viewsSchema.safeParse(JSON.parse(cached.slice(begins))).data ?? null) };
    recent.set(wanted.userId, read);
  }
  return read.views && has(read.views, wanted) ? read.views : null;
}

async function rebuild(context: Context, userId: string, cached: string | null): Promise<UserViews | null> {
  const at = context.clock.now();
  const rows = await context.db
    .select({ user: users, device: devices, address: addresses })
    .from(users)
    .leftJoin(sessions, and(eq(sessions.userId, users.id), isNull(sessions.endedAt)))
    .leftJoin(devices, eq(devices.id, sessions.deviceId))
    .leftJoin(addresses, eq(addresses.id, sessions.addressId))
    .where(eq(users.id, userId));
  const user = rows[0]?.user;
  if (!user) return null;
  const views: UserViews = { at, user: userView(context.settings, user), devices: {}, addresses: {} };
  for (const { device, address } of rows) {
    if (device) views.devices[device.id] = deviceView(device, { current: false, active: true, ways: user.ways, now: new Date(at) });
    if (address) views.addresses[address.id] = { address: address.address, country: address.country, city: address.city };
  }
  const kept = holdOn(cached, at) + JSON.stringify(views);
  await context.redis.ask((client) => replaceCachedUser(client, cachedUserKey(userId), cached, kept)).catch((error: unknown) => {
    if (!isRedisDown(error)) throw error;
  });
  return views;
}
