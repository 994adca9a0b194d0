import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state";
import { clientAddress } from "@/lib/addresses/client-address";
import { ATTEMPT_HEADER, CLIENT_ADDRESS_HEADER, INTERNAL_PREFIX, PREFETCH_HEADER, PROOF_HEADER } from "@/lib/core/headers";
import { isPrefetch } from "./is-prefetch";

/** What Next, or code behind it, would take a client's word for; x-middleware-… skipped the middleware (CVE-2025-29927). */
const UNTRUSTED = new RegExp(
  `^(?:(?!(?:${ATTEMPT_HEADER}|${PROOF_HEADER})$)${INTERNAL_PREFIX}|x-(?:forwarded|middleware|invoke|original|rewrite)-|(?:forwarded|x-real-ip|x-client-ip|x-matched-path|true-client-ip|cf-connecting-ip)$)`,
);

/** Which parts of a page the router has. */
const ROUTER_STATE = "next-router-state-tree";

/**
 * Leaves of a request's headers only what a client may say, and states who asks and whom: the address
 * over the trusted hops, and our own host in place of the Host it sent (poisoned links and redirects).
 */
export function headerNormaliser(appUrl: URL, hops: number): (request: IncomingMessage) => void {
  const own = {
    host: appUrl.host,
    "x-forwarded-host": appUrl.host,
    "x-forwarded-proto": appUrl.protocol.slice(0, -1),
    "x-forwarded-port": appUrl.port || (appUrl.protocol === "https:" ? "443" : "80"),
  };
  return function normaliseHeaders(request) {
    const { headers } = request;
    const forwardedFor = headers["x-forwarded-for"];
    const prefetch = isPrefetch(request);
    const address = clientAddress(request.socket.remoteAddress, typeof forwardedFor === "string" ? forwardedFor : forwardedFor?.join(","), hops) ?? "";
    const left: IncomingHttpHeaders = {};
    for (const name in headers) if (!UNTRUSTED.test(name)) left[name] = headers[name];
    if (ROUTER_STATE in left && !isRouterState(left[ROUTER_STATE])) delete left[ROUTER_STATE];
    Object.assign(left, own, { "x-forwarded-for": address, [CLIENT_ADDRESS_HEADER]: address });
    if (prefetch) left[PREFETCH_HEADER] = "1";
    request.headers = left;
    request.rawHeaders = rawHeaders(left);
  };
}

function rawHeaders(headers: IncomingHttpHeaders): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (Array.isArray(value)) for (const one of value) raw.push(name, one);
    else raw.push(name, value ?? "");
  }
  return raw;
}

/** Next answers what is none with 500; without it, it sends the whole page. */
function isRouterState(header: string | string[] | undefined): boolean {
  try {
    parseAndValidateFlightRouterState(header);
    return true;
  } catch {
    return false;
  }
}
