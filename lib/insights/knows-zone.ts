import { sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";

/** Whether PostgreSQL, which reckons the days, knows `TIME_ZONE`: its list of zones may be older than Node's. */
export async function knowsZone({ db, settings }: Pick<Context, "db" | "settings">): Promise<boolean> {
  const [found] = await db.execute<{ known: boolean }>(sql`select exists (select from pg_timezone_names where lower(name) = lower(${settings.TIME_ZONE})) as known`);
  return found?.known ?? false;
}
