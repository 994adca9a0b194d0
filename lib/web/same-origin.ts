import type { Settings } from "@/lib/platform/env";
import { cookieName } from "./cookie-header";

/** What a request can rely on. */
const COOKIES = ["latchkey", "latchkey-device", "latchkey-attempt", "latchkey-link", "latchkey-proof"];

/** Whether a call that neither reads nor sets a cookie may come from there: from here, from `CORS_ORIGINS`, or from no browser. */
export function isNativeOrigin(settings: Settings, headers: Headers): boolean {
  const origin = headers.get("origin");
  if (origin !== null) return origin === settings.APP_URL || settings.CORS_ORIGINS.includes(origin);
  const site = headers.get("sec-fetch-site");
  return site === null || site === "same-origin" || site === "none";
}

/**
 * Whether a state-changing request may rely on the cookie: its `Origin` is ours; without one
 * `Sec-Fetch-Site` says that it comes from here or from the user's own hand; with neither it is no browser,
 * and then it may not bring cookies of ours. `Origin: null` is a foreign one. (OWASP CSRF, Fetch Metadata.)
 */
export function isSameOrigin(settings: Settings, headers: Headers): boolean {
  const origin = headers.get("origin");
  if (origin !== null) return origin === settings.APP_URL;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const cookies = headers.get("cookie") ?? "";
  const ours = COOKIES.map((name) => cookieName(settings.APP_URL, name).name);
  return !cookies.split(";").some((pair) => ours.includes(pair.split("=")[0]?.trim() ?? ""));
}
