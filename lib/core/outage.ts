/** Which errors mean that something outside does not answer, as against a fault of ours. By code, through causes. */

function codeOf(error: unknown): string | null {
  for (let current = error, depth = 0; typeof current === "object" && current !== null && depth < 5; depth++) {
    if ("code" in current && typeof current.code === "string" && !isMissingFile(current)) return current.code;
    current = "cause" in current ? current.cause : null;
  }
  return null;
}

/** A socket's path that leads nowhere is a server that is away; any other file that is not there is our fault. */
function isMissingFile(error: object): boolean {
  return "code" in error && error.code === "ENOENT" && !("syscall" in error && error.syscall === "connect");
}

/** No trusted Redis answered. */
export function isRedisDown(error: unknown): boolean {
  return codeOf(error) === "REDIS_DOWN";
}

/**
 * PostgreSQL could not be reached, broke off, or gave up in time: connection exceptions (08), resources (53),
 * operator intervention (57), time-outs of locks (55P03) and idle transactions (25P03), deadlocks (40),
 * and what postgres.js and the socket say.
 */
export function isDatabaseDown(error: unknown): boolean {
  const code = codeOf(error);
  return code !== null && /^(08...|53...|57...|40...|55P03|25P0[34]|CONNECTION_.*|CONNECT_TIMEOUT|ECONN.*|EPIPE|ENOENT|EAI_AGAIN|ETIMEDOUT|ENOTFOUND|DEADLINE|ERR_STREAM_DESTROYED)$/.test(code);
}

/** The place of the pictures did not answer, or refused. */
export function isStorageDown(error: unknown): boolean {
  return codeOf(error) === "STORAGE_DOWN";
}

/** No mail server took it, or none could be reached. */
export function isMailDown(error: unknown): boolean {
  return codeOf(error) === "MAIL_DOWN";
}

/** Another row has what only one may have (a unique index of PostgreSQL says so). No outage: somebody else was first. */
export function isTaken(error: unknown): boolean {
  return codeOf(error) === "23505";
}

export function isOutage(error: unknown): boolean {
  return isRedisDown(error) || isDatabaseDown(error) || isStorageDown(error) || isMailDown(error);
}
