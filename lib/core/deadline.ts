import type { Context } from "./context";

/** Every command to Redis is answered within 300 ms or its connection is given up. */
export const REDIS_DEADLINE_MS = 300;

/** All calls to the outside that one request makes, together, milliseconds: it answers within 5 s whatever is frozen. */
export const REQUEST_BUDGET_MS = 4_500;

/** Thrown when an answer from outside did not come in time. Compare `code`. */
export class DeadlineError extends Error {
  readonly code = "DEADLINE";
  constructor(what: string, milliseconds: number) {
    super(`${what}: no answer within ${milliseconds} ms`);
  }
}

/**
 * The promise's outcome, or a DeadlineError after `milliseconds`.
 * A process that was busy looks at its sockets once more before it gives up:
 * a reply that had arrived meanwhile is no time-out.
 */
export function withDeadline<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(new DeadlineError(what, milliseconds));
    const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The outcome of a request's work, or a DeadlineError when it has to be answered. */
export function withinRequest<T>({ request: { answerBy } }: Pick<Context, "request">, work: Promise<T>): Promise<T> {
  return answerBy === Number.POSITIVE_INFINITY ? work : withDeadline(work, Math.max(1, answerBy - performance.now()), "request");
}
