import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";
import { endSession } from "@/lib/sessions/end-session";
import { type FoundToken, findRefreshToken } from "./find-refresh-token";

/**
 * An older refresh token was sent: it or a later one is in foreign hands, and nobody can tell which. Ends the session, and
 * with it the whole line, and records that with the address it came from. Doing it again finishes what was not
 * acknowledged. Returns `token_reused`, `unauthenticated` (it had ended for another reason) or `unavailable`.
 */
export async function endReused(context: Context, token: string, { session }: FoundToken): Promise<Failure> {
  const owner: UserContext = { ...context, actor: { kind: "user", userId: session.userId, sessionId: session.id } };
  const ended = await endSession(owner, session.id, "token_reused", (tx) =>
    recordEvents(tx, [{ userId: session.userId, type: "token.reuse_detected", actor: "system", sessionId: session.id, deviceId: session.deviceId }]),
  );
  if (isFailure(ended)) return ended.failure === "not_found" ? fail("unauthenticated") : ended;
  const now = await findRefreshToken(context, token);
  return fail(now?.session.endReason === "token_reused" ? "token_reused" : "unauthenticated");
}
