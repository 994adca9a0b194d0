import { sql } from "drizzle-orm";
import { databaseNow, redisMemory } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** PostgreSQL's time, and when Redis was last found to have lost something, in one statement. */
export async function readClock({ db }: Context): Promise<{ now: Date; lostAt: Date | null }> {
  const [row] = await db.select({ now: databaseNow, lostAt: redisMemory.lostAt }).from(sql`(select 1) as one`).leftJoin(redisMemory, sql`true`);
  if (!row) throw new Error("PostgreSQL tells no time");
  return row;
}
