import { and, eq, isNotNull, sql } from "drizzle-orm";
import { outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isGoodLink } from "./link-token";
import { WAY_BACK } from "./queue-mail";

/** Keeps the ways back of an account that are open now open until then at least: what they undo must not outlive them. */
export async function holdWaysBack({ db }: Context, userId: string, until: Date): Promise<void> {
  await db.update(outgoingMails).set({ linkExpiresAt: sql`greatest(${outgoingMails.linkExpiresAt}, ${until.toISOString()}::timestamptz)` }).where(ofAccount(userId));
}

/** They end again when they would have. */
export async function releaseWaysBack({ db }: Context, userId: string): Promise<void> {
  const usual = sql`${outgoingMails.createdAt} + make_interval(mins => ${WAY_BACK})`;
  await db.update(outgoingMails).set({ linkExpiresAt: sql`least(${outgoingMails.linkExpiresAt}, ${usual})` }).where(ofAccount(userId));
}

function ofAccount(userId: string) {
  return and(eq(outgoingMails.userId, userId), isNotNull(outgoingMails.number), isGoodLink);
}
