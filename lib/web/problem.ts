import type { Failure } from "@/lib/core/errors";
import { plainProblem } from "./plain-answer";

/** A failure as the answer of a route. */
export function problem(failure: Failure, requestId: string, more: Record<string, string> = {}): Response {
  const { status, headers, body } = plainProblem(failure, requestId);
  return new Response(body, { status, headers: { ...more, ...headers } });
}
