/**
 * The error of a failed statement without any value that was handed to it. PostgreSQL's `detail` and `where` hold whole
 * rows ("Failing row contains …"), its messages of class 22 quote what was typed, and postgres.js adds the parameters:
 * addresses, hashes of passwords and secrets, which would end in the log of whoever prints the error, Next too. (ASVS 16.2.5.)
 */
export function withoutValues(error: Error & { code?: unknown; severity?: unknown }): Error {
  const { name, code, severity, cause, stack = "" } = error;
  const message = /^22...$/.test(String(code)) ? "PostgreSQL refused a value" : error.message;
  const frames = stack.indexOf("\n    at ");
  return Object.assign(new Error(message, { cause }), { name, code, severity, stack: `${name}: ${message}${frames < 0 ? "" : stack.slice(frames)}` });
}
