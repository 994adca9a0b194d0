import { type SQL, sql } from "drizzle-orm";
import type { UserContext } from "@/lib/core/context";
import { endedSessions } from "./ledger/ended-sessions";
import { openSessionsBeside } from "./ledger/open-sessions";
import { PAST_AT_MOST, type Session } from "./schema";

const PAST_DAYS = 90;

/**
 * All that the devices page shows: two SQL statements and one round trip to Redis, however many sessions there are. `beside`: what
 * the page wants to know besides.
 */
export async function listAccountSessions(context: UserContext, asked: SQL<boolean> = sql`false`): Promise<{ live: Session[]; past: Session[]; beside: boolean }> {
  const [{ sessions: open, beside }, ended] = await Promise.all([openSessionsBeside(context, asked), endedSessions(context, { limit: PAST_AT_MOST, days: PAST_DAYS })]);
  const justExpired = open.filter((session) => session.endedAt !== null);
  return { live: open.filter((session) => session.endedAt === null), past: [...justExpired, ...ended], beside };
}
