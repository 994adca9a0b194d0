import type { devices } from "@/db/schema";
import { iso, isoOrNull } from "@/lib/core/time";
import type { Device } from "./schema";

type Row = typeof devices.$inferSelect;

/** `current`: the one that asks; `active`: a session lives there; `ways`: the account's counter, read with the device. */
export type DeviceFacts = { current: boolean; active: boolean; ways: number; now: Date };

/** A device as its owner sees it. */
export function deviceView(row: Row, { current, active, ways, now }: DeviceFacts): Device {
  return {
    id: row.id,
    name: row.givenName ?? row.derivedName,
    named: row.givenName !== null,
    browser: row.browser,
    os: row.os,
    kind: row.kind,
    userAgent: row.userAgent,
    current,
    active,
    firstSeenAt: iso(row.firstSeenAt),
    lastSeenAt: iso(row.lastSeenAt),
    trustedUntil: isoOrNull(isTrusted(row, ways, now) ? row.trustedUntil : null),
  };
}

/** Whatever changed how the account is opened has taken the trust away (ACCOUNTS 2); the row need not know. */
function isTrusted({ trustedUntil, trustedWays, forgottenAt }: Row, ways: number, now: Date): boolean {
  return trustedUntil !== null && trustedUntil > now && trustedWays === ways && forgottenAt === null;
}
