import type { IncomingMessage } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state";
import { clientAddress } from "@/lib/addresses/client-address";
import { CLIENT_ADDRESS_HEADER, INTERNAL_PREFIX, PREFETCH_HEADER } from "@/lib/core/headers";
import { isPrefetch } from "./is-prefetch";

/** What Next, or code behind it, would take a client's word for; x-middleware-… skipped the middleware (CVE-2025-29927). */
const UNTRUSTED = new RegExp(
  `^(?:${INTERNAL_PREFIX}|x-(?:forwarded|middleware|invoke|original|rewrite)-|(?:forwarded|x-real-ip|x-client-ip|x-matched-path|true-client-ip|cf-connecting-ip)$)`,
);

/** Which parts of a page the router has. */
const ROUTER_STATE = "next-router-state-tree";

/**
 * Leaves of a request's headers only what a client may say, and states who asks and whom: the address
 * over the trusted hops, and our own host in place of the Host it sent (poisoned links and redirects).
 */
export function normaliseHeaders(request: IncomingMessage, appUrl: URL, hops: number): void {
  const { headers } = request;
  const forwardedFor = headers["x-forwarded-for"];
  const prefetch = isPrefetch(request);
  const address = clientAddress(request.socket.remoteAddress, typeof forwardedFor === "string" ? forwardedFor : forwardedFor?.join(","), hops);
  for (const name of Object.keys(headers)) if (UNTRUSTED.test(name)) delete headers[name];
  if (!isRouterState(headers[ROUTER_STATE])) delete headers[ROUTER_STATE];
  Object.assign(headers, {
    host: appUrl.host,
    "x-forwarded-host": appUrl.host,
    "x-forwarded-proto": appUrl.protocol.slice(0, -1),
    "x-forwarded-port": appUrl.port || (appUrl.protocol === "https:" ? "443" : "80"),
    "x-forwarded-for": address ?? "",
    [CLIENT_ADDRESS_HEADER]: address ?? "",
    ...(prefetch ? { [PREFETCH_HEADER]: "1" } : {}),
  });
  request.rawHeaders = Object.entries(headers).flatMap(([name, value]) => [value ?? ""].flat().flatMap((one) => [name, one]));
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
