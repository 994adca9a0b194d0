import { noteRefusal } from "@/lib/auth/note-refusal";
import type { Context } from "@/lib/core/context";
import type { ErrorCode, Failure } from "@/lib/core/errors";

const NOTED: readonly ErrorCode[] = ["forbidden", "cross_origin"];

/** `what`: of that, as its event says; it is told with its owner's, and among the figures. */
export type NotedFailures = { what: "picture"; codes: readonly ErrorCode[] };

/**
 * Leaves an event when it was refused for who asked, or for where it came from: somebody tries what they may not
 * (ASVS 16.3.2, 16.3.3). `what`: in words of ours; nothing that the asker wrote is kept. Returns the failure.
 */
export function noteRefused(context: Context, failure: Failure, what: string, noted?: NotedFailures): Failure {
  if (NOTED.includes(failure.failure)) noteRefusal(context, { userId: null, type: "request.refused", detail: { what, reason: failure.failure } });
  if (noted?.codes.includes(failure.failure) && context.actor.kind === "user") {
    const { userId, sessionId } = context.actor;
    noteRefusal(context, { userId, sessionId, type: "request.refused", detail: { what: noted.what, reason: failure.failure } });
  }
  return failure;
}
