import { deviceView } from "@/lib/devices/device-view";
import type { Settings } from "@/lib/platform/env";
import type { User } from "@/lib/users/schema";
import { userView } from "@/lib/users/user-view";
import { ANONYMOUS, endedIdentity, type Identity } from "../identity";
import { knownEndReason, type Session } from "../schema";
import { sessionView } from "../session-view";
import { effectiveExpiry } from "./expiry";
import type { LoadedSession } from "./load-session";

/** What the ledger alone says of a session: over (and why), past its projection, or open. */
export type Verdict = { is: "over"; identity: Identity } | { is: "past" } | { is: "open" };

export function judge(row: LoadedSession | null): Verdict {
  if (!row) return { is: "over", identity: ANONYMOUS };
  const { session, now, lostAt } = row;
  if (session.endedAt) return { is: "over", identity: endedIdentity(knownEndReason(session.endReason) ?? "expired") };
  if (session.absoluteExpiresAt <= now) return { is: "over", identity: endedIdentity("expired") };
  return effectiveExpiry(session, lostAt) <= now ? { is: "past" } : { is: "open" };
}

/** The identity of an open session, used just now, from its row. */
export function identityOf(settings: Settings, row: Omit<LoadedSession, "lostAt">): Identity {
  return { state: "authenticated", ...viewsOf(settings, row) };
}

export function viewsOf(settings: Settings, { session, device, address, user, now }: Omit<LoadedSession, "lostAt">): { user: User; session: Session } {
  return {
    user: userView(settings, user),
    session: sessionView(session, {
      current: true,
      device: deviceView(device, { current: true, active: true, ways: user.ways, now }),
      ip: address,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + session.ttlSeconds * 1000),
    }),
  };
}
