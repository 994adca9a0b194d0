import { type SQL, sql } from "drizzle-orm";
import { approvals, statementTime } from "@/db/schema";

/** Whether a question may wait for an answer of this account, for a statement that asks something else too: `listApprovals` tells which. */
export function approvalWaits(userId: string): SQL<boolean> {
  return sql<boolean>`exists (select from ${approvals} where ${approvals.userId} = ${userId} and ${approvals.answer} is null and ${approvals.expiresAt} > ${statementTime})`;
}
