import { and, eq, isNull, ne } from "drizzle-orm";
import { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { ADMINISTRATOR } from "./schema";

type Holder = Pick<typeof users.$inferSelect, "id" | "role" | "disabledAt" | "deletionDueAt">;

/** An administrator who stays: neither disabled nor to be deleted. A condition on rows of `users`. */
const stays = and(eq(users.role, ADMINISTRATOR), isNull(users.disabledAt), isNull(users.deletionDueAt));

/** Whether nobody would be left who may do everything, if this one went. Under the lock of all changes of access (`lockAccess`), so that of two at once one finds the other gone. */
export async function isLastAdministrator({ db }: Context, { id, role, disabledAt, deletionDueAt }: Holder): Promise<boolean> {
  if (role !== ADMINISTRATOR || disabledAt !== null || deletionDueAt !== null) return false;
  const [other] = await db.select({ id: users.id }).from(users).where(and(stays, ne(users.id, id))).limit(1);
  return other === undefined;
}
