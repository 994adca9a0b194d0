import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { findUser } from "./find-user";
import type { PublicUser } from "./schema";
import { userView } from "./user-view";

/** What others may see of a user. Errors: `not_found`, also for what is no id. */
export async function getPublicUser(context: Context, userId: string): Promise<PublicUser | Failure> {
  const row = isId(userId) ? await findUser(context, userId) : null;
  if (!row) return fail("not_found");
  const { id, name, image } = userView(context.settings, row);
  return { id, name, image };
}
