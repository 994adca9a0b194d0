import type { Context } from "@/lib/core/context";
import type { Credential } from "@/lib/sessions/credential";
import { verifyAccessToken } from "@/lib/tokens/verify-access-token";
import { bearerToken } from "./bearer";
import type { RequestHeaders } from "./request-headers";
import { readSessionCookie, type SessionCookie } from "./session-cookie";

/** What a request is judged by: `token` set, by that alone; `cookie` is what came along when there is no token. */
export type Presented = { token: Credential | null; cookie: SessionCookie | "foreign" | null; credential: Credential | null };

/** A request with a Bearer token and a cookie is judged by the token alone, also when it is worth nothing. */
export async function readCredential(context: Context, headers: RequestHeaders): Promise<Presented> {
  const bearer = bearerToken(headers);
  if (bearer !== null) {
    const token = await verifyAccessToken(context, bearer);
    return { token, cookie: null, credential: token };
  }
  const cookie = await readSessionCookie(context.settings, headers.get("cookie"));
  return { token: null, cookie, credential: cookie === null || cookie === "foreign" ? null : cookie.credential };
}
