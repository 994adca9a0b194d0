import type { ErrorCode } from "@/lib/core/errors";
import type { Problem } from "@/lib/core/problem";

/** A call that was answered with a failure. Tell failures apart by `code`; an answer that is none of Latchkey's has null. */
export class FailedCall extends Error {
  constructor(
    readonly status: number,
    readonly code: ErrorCode | null,
    readonly problem: Problem | null,
  ) {
    super(problem?.detail ?? `The server answered ${status}.`);
    this.name = "FailedCall";
  }
}

export async function failedCall(answer: Response): Promise<FailedCall> {
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  const problem = isProblem ? ((await answer.json()) as Problem) : null;
  return new FailedCall(answer.status, problem?.code ?? null, problem);
}
