import type { RequestHeaders } from "./request-headers";

/**
 * The token of `Authorization: Bearer …` (RFC 6750), "" when the scheme stands alone, null when there is none. Other
 * schemes are none of ours (a proxy may ask for Basic), and then the cookie counts.
 */
export function bearerToken(headers: RequestHeaders): string | null {
  const match = /^bearer(?:\s+(.*))?$/i.exec(headers.get("authorization")?.trim() ?? "");
  return match ? (match[1] ?? "") : null;
}

/** A request with a token comes from a native client, whatever cookies lie beside it. */
export function clientOf(headers: RequestHeaders): "browser" | "native" {
  return bearerToken(headers) === null ? "browser" : "native";
}
