import { answerSession, asksWhoIsThis } from "./answer-session";
import type { Handler } from "./front-server";
import { sayOfBody } from "./say-of-body";
import { showOutage } from "./show-outage";

/** Next's handler, and what is answered in its place. */
export function appHandler(next: Handler): Handler {
  return async (request, response) => {
    if (asksWhoIsThis(request)) return answerSession(request, response);
    showOutage(request, response, next);
    sayOfBody(request, response);
    return next(request, response);
  };
}
