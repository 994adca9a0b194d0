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

/**
 * The outcome of a request's work, or a DeadlineError when it has to be answered; `earlier` by so many milliseconds,
 * where somebody wants to say more of it than that.
 */
export function withinRequest<T>(context: Pick<Context, "request">, work: Promise<T>, { earlier = 0 } = {}): Promise<T> {
  return context.request.answerBy === Number.POSITIVE_INFINITY ? work : withDeadline(work, timeLeft(context, { earlier }), "request");
}

/** The milliseconds until a request has to be answered, at least one; `earlier` by so many. Infinity outside a request. */
export function timeLeft({ request: { answerBy } }: Pick<Context, "request">, { earlier = 0 } = {}): number {
  return Math.max(1, answerBy - earlier - performance.now());
}
