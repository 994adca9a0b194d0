import type { Settings } from "@/lib/platform/env";

/**
 * The policy of every page (CSP level 3): scripts only with this answer's nonce, nothing from elsewhere,
 * no frames around us; pictures also from where the bucket's objects are public; forms also to `answerers`, for Chromium holds
 * the redirect that answers a form against it: other providers, and the app that waits for an answer (`appSource`). Development
 * needs `unsafe-eval` for React's own error overlay.
 */
export function contentSecurityPolicy(nonce: string, settings: Settings, answerers: readonly (string | null)[] = []): string {
  const answering = answerers.filter((source) => source !== null);
  const development = settings.DEVELOPMENT;
  const pictures = settings.S3_PUBLIC_URL ? ` ${new URL(settings.S3_PUBLIC_URL).origin}` : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `img-src 'self' data: blob:${pictures}`,
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    ["form-action 'self'", ...answering].join(" "),
    "frame-ancestors 'none'",
    // A form that leads to a program on this computer must not lead to its port by https.
    ...(settings.APP_URL.startsWith("https:") && !answering.some((source) => source.startsWith("http:")) ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}
