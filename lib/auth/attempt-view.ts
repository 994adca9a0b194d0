import { iso } from "@/lib/core/time";
import type { AttemptRow } from "./attempt-row";
import type { Attempt, WayName } from "./schema";
import { MOST_SENDINGS, SENDING_PAUSE_SECONDS } from "./send-code";

/** An attempt as its holder sees it: nothing in it tells whether it can succeed. */
export function attemptView(row: AttemptRow): Attempt {
  const resendAt = row.sentAt ? new Date(row.sentAt.getTime() + SENDING_PAUSE_SECONDS * 1000) : row.createdAt;
  return {
    kind: row.kind,
    address: row.email,
    expiresAt: iso(row.expiresAt),
    ways: row.asked as WayName[],
    mail: row.asked.includes("email_code") ? { resendAt: iso(resendAt), left: MOST_SENDINGS - row.sendings } : null,
    digits: null,
  };
}
