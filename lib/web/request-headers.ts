/** What is read of a request's headers, whoever holds them: a route, a page, or the front server. */
export type RequestHeaders = Pick<Headers, "get" | "has">;
