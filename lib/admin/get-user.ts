import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { findUser } from "@/lib/users/find-user";
import { adminUserViews } from "./admin-user-views";
import type { AdminUser } from "./schema";

/** One user. Errors: `not_found`, also for what is no id. */
export async function getUser(context: AdminContext<"users.read">, userId: string): Promise<AdminUser | Failure> {
  const row = isId(userId) ? await findUser(context, userId) : null;
  const [view] = row ? await adminUserViews(context, [row]) : [];
  return view ?? fail("not_found");
}
