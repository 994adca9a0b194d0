import { and, eq, isNull } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { lockAccess } from "./lock-access";
import { findBeyondReach } from "./reach";
import { requirePermission } from "./require-permission";

/**
 * Whether an administrator may still do something to somebody's account when it takes effect, and not only when they asked
 * for it: they are enabled, hold `users.manage`, and hold what that user does (decision 18). Under the user's lock; locks
 * all changes of access.
 */
export async function mayStillManage(tx: Context, administratorId: string, userId: string): Promise<boolean> {
  await lockAccess(tx);
  const [enabled] = await tx.db.select({ id: users.id }).from(users).where(and(eq(users.id, administratorId), isNull(users.disabledAt)));
  if (!enabled) return false;
  const caller = await requirePermission({ ...tx, actor: { kind: "user", userId: administratorId, sessionId: "" } }, "users.manage");
  return !isFailure(caller) && (await findBeyondReach(caller, [userId])).size === 0;
}
