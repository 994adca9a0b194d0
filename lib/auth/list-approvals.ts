import { and, eq, isNull, lt } from "drizzle-orm";
import { z } from "zod";
import { approvals, attempts, sessions, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, type Page, type PageQuery } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { describeUserAgent } from "@/lib/devices/describe-user-agent";
import { isWaiting } from "./approval-row";
import type { Approval } from "./schema";

const NO_HINTS = { platform: null, platformVersion: null, model: null, mobile: null };

/**
 * The new devices that wait for an answer which this session may give: it began before they came. One at a time, so there is
 * no second page. Errors: `invalid_input` (cursor).
 */
export async function listApprovals({ db, actor: { userId, sessionId } }: UserContext, { limit, cursor }: PageQuery): Promise<Page<Approval> | Failure> {
  const after = decodeCursor(cursor, z.never());
  if (isFailure(after)) return after;
  const rows = await db
    .select({ approval: approvals, attempt: attempts })
    .from(approvals)
    .innerJoin(attempts, eq(attempts.id, approvals.attemptId))
    .innerJoin(users, eq(users.id, approvals.userId))
    .innerJoin(sessions, and(eq(sessions.id, sessionId), eq(sessions.userId, users.id)))
    .where(and(eq(approvals.userId, userId), isWaiting, lt(sessions.createdAt, attempts.createdAt), isNull(sessions.endedAt)))
    .limit(limit);
  return { items: rows.map(approvalView), nextCursor: null };
}

/** The device goes by names that we know: whoever waits chose what it says of itself. */
function approvalView({ approval, attempt: { device, client, address, rules } }: { approval: typeof approvals.$inferSelect; attempt: typeof attempts.$inferSelect }): Approval {
  const kind = client === "native" ? "app" : describeUserAgent(device.userAgent, NO_HINTS).kind;
  return {
    id: approval.id,
    device: { name: device.name, kind },
    ip: { address, country: device.country, city: device.city },
    at: iso(approval.createdAt),
    expiresAt: iso(approval.expiresAt),
    rules: rules as UnusualRule[],
  };
}
