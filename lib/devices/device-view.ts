import type { devices } from "@/db/schema";
import { iso } from "@/lib/core/time";
import type { Device } from "./schema";

/** A device as its owner sees it. `current`: the one that asks; `active`: a session lives there. */
export function deviceView(row: typeof devices.$inferSelect, { current, active }: { current: boolean; active: boolean }): Device {
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
  };
}
