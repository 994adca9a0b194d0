import pino from "pino";

export type Log = pino.Logger;

/** One JSON line an event on standard output. What could be a secret is cut out, wherever it stands. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    redact: { paths: ["password", "*.password", "secret", "*.secret", "cookie", "*.cookie", "token", "*.token", "authorization", "*.authorization"], remove: true },
  });
}
