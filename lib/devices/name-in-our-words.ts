import type { ClientHints } from "@/lib/core/context";
import { describeUserAgent } from "./describe-user-agent";

/** What browsers send as their platform (User-Agent Client Hints, W3C). */
const PLATFORMS = new Set(["Android", "Chrome OS", "Chromium OS", "iOS", "Linux", "macOS", "Windows"]);

/**
 * What a stranger's device is called in a mail to somebody else: browser and system, by names that we know. Whoever sends the
 * request chooses its model, and what a client that is no browser calls itself, and forty letters are an advertisement.
 */
export function nameInOurWords(userAgent: string, hints: ClientHints): string {
  const platform = hints.platform !== null && PLATFORMS.has(hints.platform) ? hints.platform : null;
  const { browser, os } = describeUserAgent(userAgent, { ...hints, platform, model: null });
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os ?? "Unknown device";
}
