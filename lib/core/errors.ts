/**
 * Every failure that Latchkey tells anyone about: one closed union, one table.
 * Compare `code`, never `instanceof`: Next bundles a module several times.
 * The words are fixed (RFC 9457 `title`); causes go to the log.
 */
export const errorTable = {
  invalid_input: { status: 400, title: "The request is not valid." },
  invalid_credentials: { status: 401, title: "The email or password is not right." },
  unauthenticated: { status: 401, title: "You are not signed in." },
  token_reused: { status: 401, title: "This token was used before. The session has been ended." },
  invalid_code: { status: 401, title: "This code is not right." },
  proof_required: { status: 403, title: "Confirm first that it is you." },
  cross_origin: { status: 403, title: "This request came from another site." },
  forbidden: { status: 403, title: "You may not do this." },
  not_found: { status: 404, title: "There is nothing here." },
  method_not_allowed: { status: 405, title: "This method is not allowed here." },
  conflict: { status: 409, title: "This conflicts with something that exists." },
  attempt_over: { status: 410, title: "This took too long, or was given up. Please start again." },
  link_over: { status: 410, title: "This link has been used, or is too old." },
  too_large: { status: 413, title: "The request is too large." },
  unsupported_media: { status: 415, title: "This content type is not accepted." },
  unprocessable_image: { status: 422, title: "This picture cannot be used." },
  rate_limited: { status: 429, title: "Too many attempts. Please wait a little." },
  internal: { status: 500, title: "Something went wrong on our side." },
  unavailable: { status: 503, title: "We cannot answer this right now. Please try again in a moment." },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

export type FieldError = { path: string; message: string };

/** An expected failure, returned and not thrown. `retryAfter` is in seconds. */
export type Failure = {
  readonly failure: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfter?: number;
  /** With `invalid_code`: how many more may be tried. */
  readonly triesLeft?: number;
  /** With `proof_required`: which proofs would do. */
  readonly ways?: readonly string[];
};

export function fail(code: ErrorCode, more: Omit<Failure, "failure"> = {}): Failure {
  return { failure: code, ...more };
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "failure" in value && typeof value.failure === "string" && value.failure in errorTable;
}
