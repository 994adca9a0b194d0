import { requirePermission } from "@/lib/access/require-permission";
import { getUser } from "@/lib/admin/get-user";
import type { UserContext } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";

/** The e-mail address of the user that a filter means, if the visitor may see it. */
export async function emailOf(context: UserContext, userId: string | undefined): Promise<string | null> {
  if (userId === undefined) return null;
  const reader = await requirePermission(context, "users.read");
  const user = isFailure(reader) ? null : await getUser(reader, userId);
  return user === null || isFailure(user) ? null : user.email;
}
