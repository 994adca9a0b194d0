import type { Settings } from "@/lib/platform/env";

const DAY = 86_400;
/** "Keep me signed in". */
const REMEMBERED = { ttl: 30 * DAY, absolute: 90 * DAY } as const;

const NATIVE_ABSOLUTE = 90 * DAY;

/** Idle and absolute life of a new session, in seconds; the absolute one is never exceeded. */
export function sessionTerm(settings: Settings, client: "browser" | "native", remember: boolean): { ttl: number; absolute: number } {
  if (client === "native") return { ttl: Math.min(settings.JWT_REFRESH_EXPIRES_IN, NATIVE_ABSOLUTE), absolute: NATIVE_ABSOLUTE };
  if (remember) return REMEMBERED;
  return { ttl: Math.min(settings.SESSION_TTL_SECONDS, settings.SESSION_ABSOLUTE_SECONDS), absolute: settings.SESSION_ABSOLUTE_SECONDS };
}
