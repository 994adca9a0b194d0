import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequestResponseMocks } from "next/dist/server/lib/mock-request";
import { withDeadline } from "@/lib/core/deadline";
import { PAGE_HEADER } from "@/lib/core/headers";
import { beginPage, endPage, failedInOutage } from "@/lib/core/page-outages";
import type { Handler } from "./front-server";
import { type Answer, replaceAnswer } from "./replace-answer";

/** Where the page lies that says so, and how long to wait before asking again, in seconds. */
const PAGE = "/unavailable";
const RETRY_AFTER = "2";
/** It asks nothing outside; who waits longer gets a closed connection. */
const PATIENCE_MS = 5_000;

/**
 * A page that renders cannot answer 503, and what it throws is a 500. The middleware knows of an outage a moment too
 * late for those that are on their way when it begins: when an outage is what they failed with, 503 and the page that
 * says so are sent in their place. A fault of ours stays 500.
 */
export function showOutage(request: IncomingMessage, response: ServerResponse, next: Handler): void {
  if (request.url?.startsWith("/api/") || request.url?.startsWith("/_next/")) return;
  const page = beginPage();
  response.once("close", () => endPage(page));
  request.headers[PAGE_HEADER] = page;
  request.rawHeaders.push(PAGE_HEADER, page);
  const { host } = request.headers;
  const replaces = () => response.statusCode === 500 && isPage(response) && failedInOutage(page);
  replaceAnswer(response, replaces, () => withDeadline(render(host ? { host } : {}, next), PATIENCE_MS, "the page of an outage"));
}

function isPage(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/html");
}

/** As to a visitor without cookies: nobody is asked who that is. */
async function render(headers: Record<string, string>, next: Handler): Promise<Answer> {
  const pieces: Buffer[] = [];
  const { req, res } = createRequestResponseMocks({ url: PAGE, headers, resWriter: (piece) => pieces.push(Buffer.from(piece)) > 0 });
  const rendered = new Promise((resolve) => res.once("finish", resolve));
  await next(req, res);
  await rendered;
  return { status: 503, headers: { ...res.getHeaders(), "retry-after": RETRY_AFTER }, body: Buffer.concat(pieces) };
}
