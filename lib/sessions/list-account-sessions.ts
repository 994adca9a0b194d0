import type { UserContext } from "@/lib/core/context";
import { endedSessions } from "./ledger/ended-sessions";
import { openSessions } from "./ledger/open-sessions";
import { PAST_AT_MOST, type Session } from "./schema";

const PAST_DAYS = 90;

/** All that the devices page shows: two SQL statements and one round trip to Redis, however many sessions there are. */
export async function listAccountSessions(context: UserContext): Promise<{ live: Session[]; past: Session[] }> {
  const [open, ended] = await Promise.all([openSessions(context), endedSessions(context, { limit: PAST_AT_MOST, days: PAST_DAYS })]);
  const justExpired = open.filter((session) => session.endedAt !== null);
  return { live: open.filter((session) => session.endedAt === null), past: [...justExpired, ...ended] };
}
