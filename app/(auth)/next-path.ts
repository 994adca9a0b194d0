const HERE = "http://here.invalid";

/**
 * Where to go after signing in: a path of this origin and nothing else, or null. "//evil", "/\evil" and
 * whatever a browser reads as another origin (open redirect, CWE-601) is none.
 */
export function nextPath(next: unknown): string | null {
  if (typeof next !== "string" || !next.startsWith("/") || next.length > 2048) return null;
  if (!URL.canParse(next, HERE)) return null;
  const url = new URL(next, HERE);
  return url.origin === HERE ? url.pathname + url.search + url.hash : null;
}
