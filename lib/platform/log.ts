import pino from "pino";

export type Log = pino.Logger;

/** One JSON line an event on standard output. What could be a secret is cut out, wherever it stands. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    serializers: { err: describeError },
    redact: { paths: ["password", "*.password", "secret", "*.secret", "cookie", "*.cookie", "token", "*.token", "authorization", "*.authorization"], remove: true },
  });
}

const MOST_CAUSES = 5;

/** What the log says of an error: these fields and no others, for libraries hang parameters, requests and rows on theirs. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = "code" in error ? error.code : undefined;
  return { type: name, code, message, stack, ...(cause !== undefined && depth < MOST_CAUSES ? { cause: describeError(cause, depth + 1) } : {}) };
}
