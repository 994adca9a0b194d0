import { and, eq, gt, isNull, type SQL, sql } from "drizzle-orm";
import { devices, sessions, statementTime, users } from "@/db/schema";
import { requiresSecondFactor } from "@/lib/access/second-factor-required";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { type Factors, factorColumns } from "@/lib/factors/account-factors";

/** The session of who asks, with its account and its last step-up; `provenUntil`: for how long that counts, had nothing changed. */
export type OwnSession = {
  user: typeof users.$inferSelect;
  browserId: string;
  factors: Factors;
  /** Their role needs a second step. */
  mustHaveSecondStep: boolean;
  /** There is mail: to an address that was proven a code can go. */
  mail: boolean;
  /** Of the providers that open the account those that can say that its owner has just shown there who they are. */
  provers: string[];
  proofHash: string | null;
  proofWays: number | null;
  provenUntil: Date | null;
  isFresh: boolean;
};

/**
 * Locks the session of who asks and reads it in a later statement: in the one that locks, it would be read as it was before
 * it waited (ACCOUNTS 2). Under its account's lock. Errors: `unauthenticated` (it has ended).
 */
export async function lockOwnSession(tx: UserContext): Promise<OwnSession | Failure> {
  await tx.db.select({ id: sessions.id }).from(sessions).where(isOwn(tx)).for("no key update");
  return readOwnSession(tx);
}

/** The same without a lock: for what to show, and to refuse early. */
export async function readOwnSession(context: UserContext): Promise<OwnSession | Failure> {
  const until = sql<Date | null>`${sessions.provenAt} + make_interval(mins => ${context.settings.STEP_UP_MINUTES})`.mapWith(sessions.provenAt);
  const [live] = await context.db
    .select({
      user: users,
      browserId: devices.browserId,
      factors: factorColumns(context.settings),
      proofHash: sessions.proofHash,
      proofWays: sessions.proofWays,
      provenUntil: until,
      isFresh: sql<boolean>`coalesce(${until} > ${statementTime}, false)`,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(devices, eq(devices.id, sessions.deviceId))
    .where(and(isOwn(context), isNull(sessions.endedAt), gt(sessions.absoluteExpiresAt, statementTime), isNull(users.disabledAt)));
  if (!live) return fail("unauthenticated");
  const provers = live.factors.providers.filter((name) => context.settings.OIDC_PROVIDERS.some((known) => known.name === name && known.provesAfresh));
  return { ...live, mustHaveSecondStep: requiresSecondFactor(context.settings, live.user.role), mail: context.mailer !== null, provers: [...new Set(provers)] };
}

function isOwn({ actor: { userId, sessionId } }: UserContext): SQL | undefined {
  return and(eq(sessions.id, sessionId), eq(sessions.userId, userId));
}
