import { requestTarget } from "@/lib/core/request-target";

const HERE = "http://here.invalid";
/** What has an address here and is no page. */
const NO_PAGE = /^\/(?:api|_next)\//;

/**
 * Where to go after signing in: a path of this origin and nothing else, or null. "//evil", "/\evil" and
 * whatever a browser reads as another origin (open redirect, CWE-601) is none; nor is "/.//evil", which becomes
 * "//evil" once its dots are resolved, nor "/%2fevil", which does behind a proxy that decodes. What can be no page of
 * ours is none either: nobody is led to a 400 or to JSON.
 */
export function nextPath(next: unknown): string | null {
  if (typeof next !== "string" || !next.startsWith("/") || next.length > 2048) return null;
  if (!URL.canParse(next, HERE)) return null;
  const url = new URL(next, HERE);
  if (url.origin !== HERE || /^\/(?:[/\\]|%2f|%5c)/i.test(url.pathname)) return null;
  const target = requestTarget(url.pathname + url.search);
  return target === null || NO_PAGE.test(target) ? null : target + url.hash;
}
