import type { IncomingMessage } from "node:http";

/**
 * Whether a browser asks for a page before anyone wants to see it, which is no use of a session: a GET of a page that
 * says so, as browsers do (Sec-Purpose, Purpose) or as Next's router does when it asks for a page's parts. Whoever
 * says it of anything else is believed nothing: a stolen cookie would read and change everything and leave no trace.
 */
export function isPrefetch({ method, url = "", headers }: IncomingMessage): boolean {
  if (method !== "GET" || url.startsWith("/api/")) return false;
  if ("rsc" in headers) return "next-router-prefetch" in headers;
  return /\bprefetch\b/.test(`${headers["sec-purpose"]} ${headers.purpose}`);
}
