import { isRegisteredRedirect } from "@/lib/auth/registered-redirect";
import type { Settings } from "@/lib/platform/env";

/**
 * What the policy of the page that lets apps in calls the one address that its form leads to besides (CSP level 3, 2.3.1): browsers hold
 * `form-action` against the redirect after a form too. Null on every other page, and when the address is not registered.
 */
export function appSource(settings: Settings, { pathname, searchParams }: Pick<URL, "pathname" | "searchParams">): string | null {
  const uri = pathname === "/authorize" ? searchParams.get("redirect_uri") : null;
  if (uri === null || !isRegisteredRedirect(settings, uri)) return null;
  // No source names an address of IPv6: its scheme has to do.
  const { origin, protocol, hostname } = new URL(uri);
  return origin === "null" || hostname.startsWith("[") ? protocol : origin;
}
