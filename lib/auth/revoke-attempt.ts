import { and, eq } from "drizzle-orm";
import { attempts, databaseNow } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isOpen } from "./attempt-row";

/** Ends an attempt for good: nothing of it works any more. Whether it was open. */
export async function revokeAttempt({ db }: Context, id: string): Promise<boolean> {
  const rows = await db.update(attempts).set({ revokedAt: databaseNow, sealed: null, codes: [] }).where(and(eq(attempts.id, id), isOpen)).returning({ id: attempts.id });
  return rows.length > 0;
}
