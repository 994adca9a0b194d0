const HERE = "http://here.invalid";

/**
 * Where to go after signing in: a path of this origin and nothing else, or null. "//evil", "/\evil" and
 * whatever a browser reads as another origin (open redirect, CWE-601) is none; nor is "/.//evil", which becomes
 * "//evil" once its dots are resolved, nor "/%2fevil", which does behind a proxy that decodes.
 */
export function nextPath(next: unknown): string | null {
  if (typeof next !== "string" || !next.startsWith("/") || next.length > 2048) return null;
  if (!URL.canParse(next, HERE)) return null;
  const url = new URL(next, HERE);
  return url.origin === HERE && !/^\/(?:[/\\]|%2f|%5c)/i.test(url.pathname) ? url.pathname + url.search + url.hash : null;
}
