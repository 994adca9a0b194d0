import { and, asc, eq, gt, isNotNull, ne, or, sql } from "drizzle-orm";
import { exports, statementTime } from "@/db/schema";
import type { ProofShown } from "@/lib/auth/require-proof";
import { underOwnSession } from "@/lib/auth/under-own-session";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { exportView } from "./export-view";
import type { Export } from "./schema";

/** So many a day: each reads all that there is of an account. */
const MOST_A_DAY = 5;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Asks for a copy of all that is kept of the caller's account, which is made behind (`exportQueue`); a mail and the event
 * stream tell when it is there. It needs a step-up. Errors: `unauthenticated`, `proof_required`; `conflict` (one is being
 * made); `rate_limited`.
 */
export async function askForExport(context: UserContext, proof: ProofShown): Promise<Export | Failure> {
  const { userId, sessionId } = context.actor;
  return underOwnSession(context, { proof }, async (tx, { user }) => {
    // Under the account's lock, so that two at once are one.
    // One that could not be made costs its owner none of the day's.
    const counts = or(ne(exports.state, "gone"), isNotNull(exports.bytes));
    const recent = await tx.db
      .select({ state: exports.state, cuts: exports.cuts, askedAt: exports.askedAt })
      .from(exports)
      .where(and(eq(exports.userId, userId), counts, gt(exports.askedAt, sql`${statementTime} - interval '1 day'`)))
      .orderBy(asc(exports.askedAt));
    // What was asked for before a reset or a going back keeps nobody from a new one.
    if (recent.some(({ state, cuts }) => state === "making" && cuts === user.cuts)) return fail("conflict", { detail: `An export is being made already. ${tx.mailer ? "You get a mail" : "This page shows it"} when it is there.` });
    const [oldest] = recent;
    if (oldest && recent.length >= MOST_A_DAY) {
      const waits = oldest.askedAt.getTime() + DAY_MS - tx.clock.now();
      const hours = Math.max(1, Math.ceil(waits / HOUR_MS));
      return fail("rate_limited", { retryAfter: Math.max(1, Math.ceil(waits / 1000)), detail: `You have made ${MOST_A_DAY} exports within a day, which is the most. You can make another in ${hours === 1 ? "an hour" : `${hours} hours`}.` });
    }
    const [row] = await tx.db.insert(exports).values({ id: newId(), userId, cuts: user.cuts }).returning();
    if (!row) throw new Error("an export that was just asked for cannot be read");
    await recordEvents(tx, [{ userId, type: "export.made", sessionId, detail: { what: "account" } }]);
    return exportView({ ...row, cutsNow: user.cuts }, tx.clock.now());
  });
}
