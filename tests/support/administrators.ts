import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { type AdminContext, requirePermission } from "@/lib/access/require-permission";
import type { Permission } from "@/lib/access/schema";
import type { ProofShown } from "@/lib/auth/require-proof";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import type { Begun } from "@/lib/sessions/begin-session";
import { begin, makeUser, ownerOf } from "./sessions";

/** The step-up that every sign-in is, for tests of something else: it counts while the session is new and nothing was changed. */
export const PROVEN: ProofShown = "when it began";

/** A signed-in user of a role, asking from their session. */
export async function userOf(context: Context, role: string): Promise<{ userId: string; begun: Begun; caller: UserContext }> {
  const userId = await makeUser(context);
  await context.db.update(users).set({ role }).where(eq(users.id, userId));
  const begun = await begin(context, userId);
  return { userId, begun, caller: ownerOf(context, begun) };
}

/** The caller as one who holds the permission; throws when they do not. */
export async function holding<P extends Permission>(caller: UserContext, permission: P): Promise<AdminContext<P>> {
  return good(await requirePermission(caller, permission));
}

/** The value, or an error that names the failure. */
export function good<T>(value: T | Failure): T {
  if (isFailure(value)) throw new Error(`${value.failure}: ${value.detail ?? JSON.stringify(value.errors)}`);
  return value;
}
