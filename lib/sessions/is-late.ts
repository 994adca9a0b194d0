import type { Context } from "@/lib/core/context";

/** Before the request is answered: when the COMMIT is sent at the latest. */
const COMMIT_MS = 500;

/** Whether a request waited so long that it was answered already, or will be before a COMMIT is through: nothing is done behind its back. */
export function isLate({ request }: Pick<Context, "request">): boolean {
  return performance.now() > request.answerBy - COMMIT_MS;
}
