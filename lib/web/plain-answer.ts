import type { Failure } from "@/lib/core/errors";
import { problemOf } from "@/lib/core/problem";

/** An answer without a `Response` around it, which costs more than what it holds. */
export type PlainAnswer = { status: number; headers: Record<string, string>; body: string };

/** A failure as problem+json (RFC 9457). */
export function plainProblem(failure: Failure, requestId: string): PlainAnswer {
  const problem = problemOf(failure);
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "private, no-store", "x-request-id": requestId };
  if (failure.failure === "unavailable" || failure.retryAfter !== undefined) headers["retry-after"] = String(Math.max(1, Math.ceil(failure.retryAfter ?? 2)));
  return { status: problem.status, headers, body: JSON.stringify(problem) };
}
