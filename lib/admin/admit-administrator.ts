import { asc, inArray } from "drizzle-orm";
import { users } from "@/db/schema";
import { lockAccess } from "@/lib/access/lock-access";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { Permission } from "@/lib/access/schema";
import type { ProofShown } from "@/lib/auth/require-proof";
import { admitOwnSession } from "@/lib/auth/under-own-session";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";

export type User = typeof users.$inferSelect;

/** `self`: the caller's own account, as it stands under the locks. */
type Admitted<P extends Permission> = { caller: AdminContext<P>; user: User; self: User };

/**
 * For what an administrator does to somebody's account, in the transaction that does it: whether the caller's session lives
 * and was proven lately, and what they may do, is read under the locks, which are taken here: both accounts, the session,
 * then all changes of access. Errors: `unauthenticated`, `proof_required`, `forbidden`, `not_found`.
 */
export async function admitAdministrator<P extends Permission>(tx: UserContext, permission: P, userId: string, proof: ProofShown): Promise<Admitted<P> | Failure> {
  const locked = await tx.db
    .select()
    .from(users)
    .where(inArray(users.id, [userId, tx.actor.userId]))
    .orderBy(asc(users.id))
    .for("no key update");
  const own = await admitOwnSession(tx, { proof });
  if (isFailure(own)) return own;
  await lockAccess(tx);
  const caller = await requirePermission(tx, permission);
  if (isFailure(caller)) return caller;
  const user = locked.find(({ id }) => id === userId);
  return user ? { caller, user, self: own.user } : fail("not_found");
}
