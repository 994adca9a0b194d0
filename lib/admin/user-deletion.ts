import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import type { Deletion } from "@/lib/leaving/schema";

/** When a user's account is deleted, if that was asked for. */
export async function getDeletion({ db }: AdminContext<"users.read">, userId: string): Promise<Deletion | null> {
  if (!isId(userId)) return null;
  const [user] = await db.select({ dueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId));
  return user?.dueAt ? { dueAt: iso(user.dueAt) } : null;
}
