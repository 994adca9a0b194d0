import { fail } from "@/lib/core/errors";
import { listen } from "@/lib/notifications/listen";
import type { Notice } from "@/lib/notifications/schema";
import { authenticate } from "@/lib/sessions/authenticate";
import { revocableId } from "@/lib/sessions/credential";
import { problem } from "./problem";
import { readCredential } from "./read-credential";
import { COMMENT_MS, streamEvents } from "./stream-events";
import { visit } from "./visitor";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * `GET /api/auth/events`: the account's changes as server-sent events. No use of the session. The stream of a
 * session that ends says so and closes; without Redis there is none, and the page says that it is not live.
 */
export async function eventStream(request: Request): Promise<Response> {
  const { context, identity } = await visit(request.headers);
  const { credential } = await readCredential(context, request.headers);
  if (identity.state === "unknown") return problem(fail("unavailable"), context.request.id);
  if (identity.state === "anonymous" || credential === null) return problem(fail("unauthenticated"), context.request.id);
  return streamEvents(context, request.signal, async ({ write, close, atClose }) => {
    const tell = ({ type, ...data }: Notice): void => {
      if (type === "token.revoked") return "tokenId" in data && data.tokenId === revocableId(credential) ? close() : undefined;
      write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
      if (type === "session.ended" && "sessionId" in data && data.sessionId === credential.s) close();
    };
    const comments = setInterval(() => write(": still here\n\n"), COMMENT_MS);
    atClose(() => clearInterval(comments));
    // No stream outlives the token that opened it. The client comes again with the next one.
    const end = "expiresAt" in credential ? credential.expiresAt : undefined;
    const life = setTimeout(close, Math.min(LONGEST_TIMER_MS, (end ?? Number.POSITIVE_INFINITY) - context.clock.now()));
    atClose(() => clearTimeout(life));
    atClose(await listen(context, credential.u, { notice: tell, lost: close }));
    // The session may have ended before the subscription stood.
    const now = await authenticate(context, credential, { use: false });
    // Of an access token that was revoked alone the session goes on.
    if (now.state === "anonymous" && now.ended === null && revocableId(credential) !== null) close();
    else if (now.state === "anonymous") tell({ type: "session.ended", sessionId: credential.s, reason: now.ended?.reason ?? "expired" });
  });
}
