import { and, eq, sql } from "drizzle-orm";
import { attempts, databaseNow, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { addIdentity, type IdentityRow } from "@/lib/factors/add-identity";
import { publish, publishAttempt } from "@/lib/notifications/publish";
import { findUser } from "@/lib/users/find-user";
import { type AttemptCredential, type AttemptRow, isOpen, readAttempt } from "./attempt-row";
import { isGiverThere } from "./compare-approval";
import { completeSignIn, isBegunAttempt, type SigningBrowser } from "./complete-sign-in";
import { type KeptIdentity, pendingIdentity } from "./pending-identity";
import type { ProvenSignIn } from "./prove-attempt";
import { secondStepOf } from "@/lib/factors/second-step";
import { tellOfLinked } from "./tell-of-identity";
import { factorColumns } from "@/lib/factors/account-factors";

/**
 * Links what another provider vouches for to the account whose own proof the attempt was given, and signs in, in one transaction; its
 * owner is told, with the way back (ACCOUNTS 10). Errors: `attempt_over`; `proof_required` (with what is asked still); `conflict` (it is
 * linked already, here or elsewhere); `unavailable`.
 */
export async function linkByAttempt(context: Context, credential: AttemptCredential | null, { prior }: Pick<SigningBrowser, "prior">): Promise<ProvenSignIn | Failure> {
  const attempt = await readAttempt(context, credential);
  if (isFailure(attempt)) return attempt;
  const { userId, ways, browserId, remember } = attempt;
  const pending = pendingIdentity(context, attempt);
  if (pending?.does !== "link" || attempt.keeps || userId === null || ways === null) return fail("attempt_over");
  if (attempt.asked.length > 0) return fail("proof_required", { ways: attempt.asked });
  let linked: IdentityRow | undefined;
  const begun = await completeSignIn(
    context,
    {
      userId,
      ways,
      identity: pending.identity,
      raises: true,
      async under(tx) {
        const added = await link(tx, attempt, { userId, ways, identity: pending.identity });
        if (isFailure(added)) return added;
        linked = added;
      },
      ...(!attempt.deviceKnown && { newDevice: { rules: attempt.rules as UnusualRule[] } }),
      async begun(tx, session) {
        const user = await findUser(tx, userId);
        if (linked && user) await tellOfLinked(tx, { user, sessionId: session.id, identity: linked, number: ways + 1, isKept: await isSecondStepOn(tx, userId) });
      },
    },
    { browserId, prior },
    { remember },
  );
  if (isFailure(begun)) return begun.failure === "invalid_credentials" ? fail("attempt_over") : begun;
  if (isBegunAttempt(begun)) throw new Error("everything was asked before");
  await Promise.all([publishAttempt(context, attempt.id), publish(context, userId, { type: "factors.changed" })]);
  return { begun, of: attempt };
}

/** Under the account's lock. The attempt is done with only where nothing is asked any more. */
async function link(tx: Context, attempt: AttemptRow, { userId, ways, identity }: { userId: string; ways: number; identity: KeptIdentity }): Promise<IdentityRow | Failure> {
  const { id, proven } = attempt;
  // It was given before the press.
  if (proven.includes("approval") && !(await isGiverThere(tx, attempt))) return fail("attempt_over");
  const finished = await tx.db
    .update(attempts)
    .set({ finishedAt: databaseNow, sealed: null, codes: [] })
    .where(and(eq(attempts.id, id), isOpen, sql`cardinality(${attempts.asked}) = 0`))
    .returning({ id: attempts.id });
  if (finished.length === 0) return fail("attempt_over");
  const added = await addIdentity(tx, userId, identity, { number: ways + 1, isUsed: true });
  if (!isFailure(added)) await tx.db.update(users).set({ ways: ways + 1 }).where(eq(users.id, userId));
  return added;
}

async function isSecondStepOn({ db, settings }: Context, userId: string): Promise<boolean> {
  const [factors] = await db.select(factorColumns(settings)).from(users).where(eq(users.id, userId));
  return factors !== undefined && secondStepOf(factors) !== null;
}
