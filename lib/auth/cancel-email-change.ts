import { and, eq } from "drizzle-orm";
import { attempts, databaseNow } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { publishAttempt } from "@/lib/notifications/publish";
import { isOpen } from "./attempt-row";

/** Gives up every change of the account's address that is under way, in whichever of its sessions. */
export async function cancelEmailChange(context: UserContext): Promise<void> {
  const underWay = and(eq(attempts.userId, context.actor.userId), eq(attempts.kind, "email_change"), isOpen);
  const rows = await context.db.update(attempts).set({ revokedAt: databaseNow, sealed: null, codes: [] }).where(underWay).returning({ id: attempts.id });
  await Promise.all(rows.map(({ id }) => publishAttempt(context, id)));
}
