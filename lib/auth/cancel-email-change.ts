import { and, eq } from "drizzle-orm";
import { attempts, databaseNow } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { isOpen } from "./attempt-row";

/** Gives up every change of the account's address that is under way, in whichever of its sessions. */
export async function cancelEmailChange({ db, actor: { userId } }: UserContext): Promise<void> {
  const underWay = and(eq(attempts.userId, userId), eq(attempts.kind, "email_change"), isOpen);
  await db.update(attempts).set({ revokedAt: databaseNow, sealed: null, codes: [] }).where(underWay);
}
