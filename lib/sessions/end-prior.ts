import { and, eq } from "drizzle-orm";
import { sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { equalInConstantTime, sha256 } from "@/lib/core/crypto";
import type { SessionCredential } from "./credential";
import { type MarkedSession, markEnded } from "./ledger/mark-ended";

/** Ends the session of a cookie that came along with a sign-in, if it is this user's: in the caller's transaction. */
export async function endPrior(tx: Context, prior: SessionCredential | null, userId: string): Promise<MarkedSession[]> {
  if (!prior || prior.u !== userId) return [];
  const [row] = await tx.db
    .select({ secretHash: sessions.secretHash })
    .from(sessions)
    .where(and(eq(sessions.id, prior.s), eq(sessions.userId, userId)));
  if (!row || !equalInConstantTime(row.secretHash, sha256(prior.k))) return [];
  return markEnded({ ...tx, actor: { kind: "user", userId, sessionId: prior.s } }, [userId], [prior.s], "signed_out");
}
