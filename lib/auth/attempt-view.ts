import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import { readStanding } from "./approval-row";
import type { AttemptRow } from "./attempt-row";
import type { Attempt, WayName } from "./schema";
import { MOST_SENDINGS, SENDING_PAUSE_SECONDS } from "./send-code";

/** An attempt as its holder sees it: nothing in it tells whether it can succeed. `digits` while another device is asked. */
export async function attemptView(context: Context, row: AttemptRow): Promise<Attempt> {
  const { kind } = row;
  if (kind === "step_up") throw new Error("a step-up has no holder to see it");
  const resendAt = row.sentAt ? new Date(row.sentAt.getTime() + SENDING_PAUSE_SECONDS * 1000) : row.createdAt;
  const standing = await readStanding(context, row);
  const keepUntil = row.keeps ? await deletionOf(context, row) : null;
  return {
    kind,
    address: row.email,
    expiresAt: iso(row.expiresAt),
    ways: row.asked as WayName[],
    mail: row.asked.includes("email_code") ? { resendAt: iso(resendAt), left: MOST_SENDINGS - row.sendings } : null,
    digits: standing.is === "waiting" ? standing.digits : null,
    ...(keepUntil && { keepUntil: iso(keepUntil) }),
  };
}

async function deletionOf({ db }: Context, { userId }: AttemptRow): Promise<Date | null> {
  const [user] = userId === null ? [] : await db.select({ dueAt: users.deletionDueAt }).from(users).where(eq(users.id, userId));
  return user?.dueAt ?? null;
}
