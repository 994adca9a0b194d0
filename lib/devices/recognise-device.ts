import { sql } from "drizzle-orm";
import { devices } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { cleanUserAgent } from "./clean-user-agent";
import { type AppDescription, describeApp } from "./describe-app";
import { describeUserAgent } from "./describe-user-agent";

/**
 * The user's device behind the browser that the sealed device cookie names, or the app that its device token does:
 * the row that is there and not forgotten, else a new one. What it says of itself is written anew. Returns the row.
 */
export async function recogniseDevice(context: Context, userId: string, browserId: string, app?: AppDescription): Promise<typeof devices.$inferSelect> {
  const { userAgent, hints } = context.request;
  const described = { ...(app ? describeApp(app, userAgent) : describeUserAgent(userAgent, hints)), userAgent: cleanUserAgent(userAgent) };
  const [row] = await context.db
    .insert(devices)
    .values({ id: newId(), userId, browserId, ...described })
    .onConflictDoUpdate({
      target: [devices.userId, devices.browserId],
      targetWhere: sql`${devices.forgottenAt} is null`,
      set: { ...described, lastSeenAt: sql`clock_timestamp()` },
    })
    .returning();
  return row as typeof devices.$inferSelect;
}
