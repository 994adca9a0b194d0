import type { Failure } from "@/lib/core/errors";
import { problemOf } from "@/lib/core/problem";

/** A failure as problem+json (RFC 9457). */
export function problem(failure: Failure, requestId: string, headers: HeadersInit = {}): Response {
  const body = problemOf(failure);
  const answer = new Response(JSON.stringify(body), { status: body.status, headers });
  answer.headers.set("content-type", "application/problem+json");
  answer.headers.set("cache-control", "private, no-store");
  answer.headers.set("x-request-id", requestId);
  if (failure.failure === "unavailable" || failure.retryAfter !== undefined) {
    answer.headers.set("retry-after", String(Math.max(1, Math.ceil(failure.retryAfter ?? 2))));
  }
  return answer;
}
