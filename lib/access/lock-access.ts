import { sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import { ACCESS_LOCK } from "@/lib/core/locks";

/**
 * Changes of who may do what take turns until their commit: what one of them reads (who is still an administrator,
 * what the caller holds) cannot change under its hands. A statement of its own; who locks a user's row too locks it before.
 */
export async function lockAccess({ db }: Context): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${ACCESS_LOCK})`);
}
