import { ne } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { endSessions } from "./end-sessions";

/**
 * Ends all sessions of the caller, or all others. Resolves with how many ended once none of them can ever be accepted
 * again. Errors: `unavailable` (committed, but not acknowledged yet).
 */
export async function endAllSessions(context: UserContext, { keepCurrent }: { keepCurrent: boolean }): Promise<{ ended: number } | Failure> {
  const { userId, sessionId } = context.actor;
  const ended = await endSessions(context, { of: [userId], where: keepCurrent ? ne(sessions.id, sessionId) : undefined, reason: "ended_all" });
  return isFailure(ended) ? ended : { ended: ended.filter(({ now }) => now).length };
}
