import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** The user's row, or null. */
export async function findUser(context: Context, userId: string): Promise<typeof users.$inferSelect | null> {
  const [row] = await context.db.select().from(users).where(eq(users.id, userId));
  return row ?? null;
}
