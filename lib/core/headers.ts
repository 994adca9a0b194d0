/** Headers of this prefix are ours alone: the front server drops every one that a client sends, but for the two of native clients. */
export const INTERNAL_PREFIX = "x-latchkey-";

/** What a native client, which has no cookie, sends of an attempt and of a step-up. */
export const ATTEMPT_HEADER = "x-latchkey-attempt";
export const PROOF_HEADER = "x-latchkey-proof";

/** The client's address, as the front server found it (DESIGN 3). */
export const CLIENT_ADDRESS_HEADER = "x-latchkey-client-address";

/** "1" on a prefetch, which is no use of a session. Next hides the sign of its own prefetches from the middleware. */
export const PREFETCH_HEADER = "x-latchkey-prefetch";

/** What the middleware found out about the request, under a MAC (DESIGN 3). */
export const IDENTITY_HEADER = "x-latchkey-identity";

/** The number of a page that is under way (page-outages.ts). */
export const PAGE_HEADER = "x-latchkey-page";

/** Which server action a script calls; a plain form names it in its body (Next). */
export const SCRIPT_HEADER = "next-action";

/** How an answer was compressed beforehand, and how many bytes it has: Next sends no `Content-Encoding` or `Content-Length` of a route's, so the front server says them. */
export const ENCODING_HEADER = "x-latchkey-encoding";
export const LENGTH_HEADER = "x-latchkey-length";

/** When the session of an event stream ends if nobody uses it, as far as was known when the stream was opened (ISO 8601). */
export const SESSION_ENDS_HEADER = "x-session-ends";
