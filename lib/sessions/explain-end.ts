import { and, eq } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { addresses, devices, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import { isOutage } from "@/lib/core/outage";
import { iso } from "@/lib/core/time";
import type { SessionCredential } from "./credential";
import { type EndReason, knownEndReason } from "./schema";

export type EndedNotice = {
  reason: EndReason;
  at: string;
  lastUsedAt: string;
  /** From where it was ended, if from another session of the same owner. */
  by: { device: string | null; country: string | null; city: string | null } | null;
};

/**
 * Tells the browser that still holds the cookie of an ended session what became of it: from the sealed cookie,
 * never from an address that anyone can type. Null when there is nothing to tell or nobody to ask.
 */
export async function explainEnd(context: Context, credential: SessionCredential): Promise<EndedNotice | null> {
  const enders = alias(sessions, "enders");
  try {
    const [row] = await context.db
      .select({ session: sessions, enderId: enders.id, device: devices, country: addresses.country, city: addresses.city })
      .from(sessions)
      .leftJoin(enders, and(eq(enders.id, sessions.endedBySessionId), eq(enders.userId, sessions.userId)))
      .leftJoin(devices, eq(devices.id, enders.deviceId))
      .leftJoin(addresses, eq(addresses.id, enders.addressId))
      .where(and(eq(sessions.id, credential.s), eq(sessions.userId, credential.u)));
    const reason = knownEndReason(row?.session.endReason ?? null);
    if (!row?.session.endedAt || !reason) return null;
    if (!equalInConstantTime(row.session.secretHash, sha256(credential.k))) return null;
    const byAnother = row.enderId !== null && row.enderId !== credential.s;
    return {
      reason,
      at: iso(row.session.endedAt),
      lastUsedAt: iso(row.session.lastSeenAt),
      by: byAnother ? { device: row.device?.givenName ?? row.device?.derivedName ?? null, country: row.country, city: row.city } : null,
    };
  } catch (error) {
    if (!isOutage(error)) throw error;
    return null;
  }
}
