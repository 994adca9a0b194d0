import { eq } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import { endAsAdministrator } from "./end-as-administrator";

/**
 * Ends anyone's session. Once this resolves without a failure it is never accepted again; also for one that had
 * ended. Errors: `not_found`; `forbidden` (its owner holds more than the caller); `unavailable` when the end is
 * committed but Redis has not acknowledged it.
 */
export async function endAnySession(context: AdminContext<"sessions.end">, sessionId: string, note?: string): Promise<{ lastUsedAt: string } | Failure> {
  const [found] = isId(sessionId) ? await context.db.select({ userId: sessions.userId }).from(sessions).where(eq(sessions.id, sessionId)) : [];
  if (!found) return fail("not_found");
  const ended = await endAsAdministrator(context, { of: [found.userId], ids: [sessionId], detail: note ? { note } : {} });
  if (isFailure(ended)) return ended;
  const session = ended.find(({ id }) => id === sessionId);
  return session ? { lastUsedAt: iso(session.lastUsedAt) } : fail("not_found");
}
