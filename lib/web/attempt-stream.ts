import { type AttemptCredential, type AttemptRow, readAttempt } from "@/lib/auth/attempt-row";
import type { Context } from "@/lib/core/context";
import { withinRequest } from "@/lib/core/deadline";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import { attemptChannel } from "@/lib/notifications/channel";
import { listen } from "@/lib/notifications/listen";
import { attemptOf } from "./answer-attempt";
import { problem } from "./problem";
import { COMMENT_MS, type EventSink, streamEvents } from "./stream-events";
import { visit } from "./visitor";

const CHANGED = "event: attempt.changed\ndata: {}\n\n";

/**
 * `GET /api/auth/attempt/events`: says that an attempt has changed and not how, and closes when it is over: at once
 * when it was finished or given up, with the next comment (25 s) when something about the account ended it.
 */
export async function attemptStream(request: Request): Promise<Response> {
  const { context } = await visit(request.headers, { session: false });
  const credential = await attemptOf(context, request.headers);
  const attempt = await attemptNow(context, credential);
  if (isFailure(attempt)) return problem(attempt, context.request.id);
  return streamEvents(context, request, { u: attempt.id, s: attempt.id }, (sink) => withinRequest(context, feed(context, attempt.id, credential, sink)));
}

async function attemptNow(context: Context, credential: AttemptCredential | null): Promise<AttemptRow | Failure> {
  try {
    return await withinRequest(context, readAttempt(context, credential));
  } catch (error) {
    const outage = isOutage(error);
    context.log[outage ? "warn" : "error"]({ err: error }, "attempt stream: not opened");
    return fail(outage ? "unavailable" : "internal");
  }
}

async function feed(context: Context, id: string, credential: AttemptCredential | null, { write, close, atClose }: EventSink): Promise<void> {
  function look(words: string): void {
    readAttempt(context, credential).then((attempt) => {
      write(isFailure(attempt) ? CHANGED : words);
      if (isFailure(attempt)) close();
    }, close);
  }
  const comments = setInterval(() => look(": still here\n\n"), COMMENT_MS);
  atClose(() => clearInterval(comments));
  atClose(await listen(context, attemptChannel(id), { notice: () => look(CHANGED), lost: close }));
}
