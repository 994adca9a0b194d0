import { sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";

/**
 * Of two attempts that begin in one browser at once the second waits until the first has, to take its place. It comes after the account's lock
 * and before those of attempts: who begins one locks the others of that browser next.
 */
export async function lockBrowser({ db }: Context, browserId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${browserId}, 0))`);
}
