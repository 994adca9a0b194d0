import { eq } from "drizzle-orm";
import { roles } from "@/db/schema";
import { knownPermissions } from "@/lib/access/known-permissions";
import { lockAccess } from "@/lib/access/lock-access";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import { builtInRoles, type Role, type RoleInput, roleNameSchema } from "@/lib/access/schema";
import type { ProofShown } from "@/lib/auth/require-proof";
import { underOwnSession } from "@/lib/auth/under-own-session";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { recordEvents } from "@/lib/events/record-events";

/**
 * Makes a role, or changes what one allows; it counts at the next request of everyone who has it. It needs a step-up. What
 * changes nothing is no event. Errors: `proof_required`; `unauthenticated` (the session has ended); `invalid_input` (the name), `conflict` (a built-in role), `forbidden` (it allows, or allowed, what
 * the caller does not hold: nobody can grant that, or take it from those who hold more).
 */
export async function putRole(context: AdminContext<"roles.manage">, name: string, input: RoleInput, proof: ProofShown): Promise<Role | Failure> {
  const parsed = roleNameSchema.safeParse(name);
  if (!parsed.success) return fail("invalid_input", { errors: [{ path: "name", message: parsed.error.issues[0]?.message ?? "is not a name" }] });
  const permissions = knownPermissions(input.permissions);
  return underOwnSession(context, { proof }, async (tx) => {
    await lockAccess(tx);
    const caller = await requirePermission(tx, "roles.manage");
    if (isFailure(caller)) return caller;
    const [before] = await tx.db.select().from(roles).where(eq(roles.name, name));
    // Not "Admin" either: it would look like what it is not. And a newer version may have built in more.
    if (before?.builtIn || name.toUpperCase() in builtInRoles) return fail("conflict", { detail: `${name} is built in, in any case of letters, and cannot be changed.` });
    const was = knownPermissions(before?.permissions ?? []);
    if ([...was, ...permissions].some((permission) => !caller.held.has(permission))) {
      return fail("forbidden", { detail: "You can only grant or take away what you hold yourself." });
    }
    const role = { name, builtIn: false, permissions };
    // Both stand in the fixed order.
    if (before && was.join() === permissions.join()) return role;
    await tx.db.insert(roles).values({ name, permissions }).onConflictDoUpdate({ target: roles.name, set: { permissions } });
    await recordEvents(tx, [
      { userId: null, type: "role.changed", actor: "admin", sessionId: tx.actor.sessionId, detail: { role: name, permissions: { from: before ? was : null, to: permissions } } },
    ]);
    return role;
  });
}
