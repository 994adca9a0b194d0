import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { heldPermissions } from "./held-permissions";
import type { Permission } from "./schema";
import { mustSetUp, setUpFirst } from "./second-factor-required";

/**
 * The context of a caller who holds `permission`: an operation that asks for one does not compile without.
 * Only `requirePermission` makes it. `held`: all that the caller holds.
 */
export type AdminContext<P extends Permission> = UserContext & { readonly permission: P; readonly held: ReadonlySet<Permission> };

/**
 * Narrows the caller to one who holds `permission`, read from the database now; else `forbidden`. A change that
 * depends on it asks once more inside its own transaction.
 */
export async function requirePermission<P extends Permission>(context: UserContext, permission: P): Promise<AdminContext<P> | Failure> {
  const held = new Set(await heldPermissions(context, context.actor.userId));
  if (held.has(permission)) return { ...context, permission, held };
  return (await mustSetUp(context)) ? setUpFirst() : fail("forbidden");
}
