import { and, eq, isNull } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { lockAccess } from "./lock-access";
import { findBeyondReach } from "./reach";
import { requirePermission } from "./require-permission";

/**
 * Whether an administrator may still do something to somebody's account when it takes effect, and not only when they asked
 * for it: they have not got back in since (what
 * was made before a reset or a going back of theirs may be a thief's), are enabled, hold `users.manage`, and hold what that user does (decision 18). Under the locks of both; locks
 * all changes of access. `cuts`: theirs when they asked.
 */
export async function mayStillManage(tx: Context, { id, cuts }: { id: string; cuts: number | undefined }, userId: string): Promise<boolean> {
  await lockAccess(tx);
  const [enabled] = await tx.db.select({ cuts: users.cuts }).from(users).where(and(eq(users.id, id), isNull(users.disabledAt)));
  if (!enabled || enabled.cuts !== cuts) return false;
  const caller = await requirePermission({ ...tx, actor: { kind: "user", userId: id, sessionId: "" } }, "users.manage");
  return !isFailure(caller) && (await findBeyondReach(caller, [userId])).size === 0;
}
