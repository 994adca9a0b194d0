import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { databaseNow, roles, users } from "@/db/schema";
import { knownPermissions } from "@/lib/access/known-permissions";
import { isLastAdministrator } from "@/lib/access/last-administrator";
import type { AdminContext } from "@/lib/access/require-permission";
import { ADMINISTRATOR, roleNameSchema } from "@/lib/access/schema";
import { requiresSecondFactor } from "@/lib/access/second-factor-required";
import type { ProofShown } from "@/lib/auth/require-proof";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";
import { secondStepSince } from "@/lib/factors/account-factors";
import { endSessions } from "@/lib/sessions/end-sessions";
import { isLate } from "@/lib/sessions/is-late";
import { dropCachedUser } from "@/lib/users/cached-user";
import { findUser } from "@/lib/users/find-user";
import { adminUserViews } from "./admin-user-views";
import { admitAdministrator, type User } from "./admit-administrator";
import type { AdminUser } from "./schema";

export const userChange = z
  .strictObject({ role: roleNameSchema.optional(), disabled: z.boolean().optional() })
  .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, "must change something");
export type UserChange = z.infer<typeof userChange>;

type Caller = AdminContext<"users.manage">;

/**
 * Gives a user another role, or disables or enables the account; both count at the very next request. It needs a step-up.
 * Disabling ends every session and resolves once none of them can be accepted again; doing it again finishes what was not
 * acknowledged. Errors: `not_found`; `invalid_input` (no such role); `forbidden` (the user holds, or would hold, what the
 * caller does not); `conflict` (the last administrator); `proof_required`; `unauthenticated` (the session has ended);
 * `unavailable` (too late to be answered, and nothing is done; or committed, but not acknowledged yet).
 */
export async function updateUser(context: Caller, userId: string, change: UserChange, proof: ProofShown): Promise<AdminUser | Failure> {
  if (!isId(userId)) return fail("not_found");
  const applied = (tx: Caller) => applyChange(tx, userId, change, proof);
  if (change.disabled) {
    const ended = await endSessions(context, { of: [userId], beside: [context.actor.userId], reason: "account_disabled", event: { actor: "admin" }, also: applied });
    if (isFailure(ended)) return ended;
  } else {
    const refused = await inTransaction<Caller, void>(context, applied);
    if (isFailure(refused)) return refused;
    await dropCachedUser(context, userId);
  }
  const row = await findUser(context, userId);
  const [view] = row ? await adminUserViews(context, [row]) : [];
  return view ?? fail("not_found");
}

async function applyChange(tx: Caller, userId: string, change: UserChange, proof: ProofShown): Promise<Failure | void> {
  const admitted = await admitAdministrator(tx, "users.manage", userId, proof);
  if (isFailure(admitted)) return admitted;
  const { caller, user } = admitted;
  const refused = (await refuseRoles(caller, user.role, change.role)) ?? (await refuseLast(caller, user, change));
  return refused ?? apply(caller, user, change);
}

/** Nobody grants what they do not hold, nor manages who holds more than they do. */
async function refuseRoles({ db, held }: Caller, from: string, to: string | undefined): Promise<Failure | null> {
  for (const name of to === undefined ? [from] : [from, to]) {
    const [role] = await db.select().from(roles).where(eq(roles.name, name));
    if (!role) return fail("invalid_input", { errors: [{ path: "role", message: "is not a role" }] });
    if (knownPermissions(role.permissions).some((permission) => !held.has(permission))) {
      return fail("forbidden", { detail: `The role ${name} allows what you may not do yourself.` });
    }
  }
  return null;
}

async function refuseLast(caller: Caller, user: User, { role, disabled }: UserChange): Promise<Failure | null> {
  const leaves = (role !== undefined && role !== ADMINISTRATOR) || disabled === true;
  return leaves && (await isLastAdministrator(caller, user)) ? fail("conflict", { detail: "This is the last administrator." }) : null;
}

async function apply(tx: Caller, user: User, { role = user.role, disabled = user.disabledAt !== null }: UserChange): Promise<Failure | void> {
  const common = { userId: user.id, actor: "admin", sessionId: tx.actor.sessionId } as const;
  const events: NewEvent[] = [];
  if (role !== user.role) events.push({ ...common, type: "role.changed", detail: { role: { from: user.role, to: role } } });
  if (disabled !== (user.disabledAt !== null)) events.push({ ...common, type: disabled ? "account.disabled" : "account.enabled" });
  const disabledAt = disabled ? (user.disabledAt ?? databaseNow) : null;
  // A sign-in that is under way comes to nothing (ACCOUNTS 2), also when the account is enabled again meanwhile; so does what was proven where the new role asks for more.
  const asks = (name: string) => requiresSecondFactor(tx.settings, name);
  const differs = asks(role) !== asks(user.role);
  const ways = disabled || differs ? sql`${users.ways} + 1` : user.ways;
  const since = secondStepSince(user.secondStep || asks(role));
  await tx.db.update(users).set({ role, disabledAt, ways, ...(differs && { secondStepSince: since }) }).where(eq(users.id, user.id));
  await recordEvents(tx, events);
  if (isLate(tx)) return fail("unavailable");
}
