import { iso, isoOrNull } from "@/lib/core/time";
import type { Device } from "@/lib/devices/schema";
import { type EndReason, knownEndReason, type Session } from "./schema";

export type SessionFacts = {
  id: string;
  client: "browser" | "native";
  createdAt: Date;
  absoluteExpiresAt: Date;
  endedAt: Date | null;
  endReason: EndReason | null;
};

/** A session as its owner sees it. It never ends later than its absolute end. */
export function sessionView(
  facts: SessionFacts,
  seen: { current: boolean; device: Device; ip: Session["ip"]; lastSeenAt: Date; expiresAt: Date },
): Session {
  return {
    id: facts.id,
    current: seen.current,
    client: facts.client,
    device: seen.device,
    ip: { address: seen.ip.address, country: seen.ip.country, city: seen.ip.city },
    createdAt: iso(facts.createdAt),
    lastSeenAt: iso(seen.lastSeenAt),
    expiresAt: iso(Math.min(seen.expiresAt.getTime(), facts.absoluteExpiresAt.getTime())),
    absoluteExpiresAt: iso(facts.absoluteExpiresAt),
    endedAt: isoOrNull(facts.endedAt),
    endReason: knownEndReason(facts.endReason),
  };
}
