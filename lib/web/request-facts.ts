import type { RequestFacts } from "@/lib/core/context";
import { REQUEST_BUDGET_MS } from "@/lib/core/deadline";
import { CLIENT_ADDRESS_HEADER } from "@/lib/core/headers";
import { newId } from "@/lib/core/ids";
import type { RequestHeaders } from "./request-headers";

const MAX_HINT = 64;

/** What a request tells of itself, asked when it comes: its time runs from here. The address is the front server's word; everything else is the client's. */
export function requestFacts(headers: RequestHeaders): RequestFacts {
  return {
    id: newId(),
    address: headers.get(CLIENT_ADDRESS_HEADER) || null,
    userAgent: headers.get("user-agent") ?? "",
    hints: {
      platform: hint(headers, "sec-ch-ua-platform"),
      platformVersion: hint(headers, "sec-ch-ua-platform-version"),
      model: hint(headers, "sec-ch-ua-model"),
      mobile: headers.get("sec-ch-ua-mobile") === null ? null : headers.get("sec-ch-ua-mobile") === "?1",
    },
    answerBy: performance.now() + REQUEST_BUDGET_MS,
  };
}

/** A structured-field string (RFC 9651) without its quotes; empty ones are absent. */
function hint(headers: RequestHeaders, name: string): string | null {
  return headers.get(name)?.slice(0, MAX_HINT).replaceAll('"', "").trim() || null;
}
