import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import { lockAccess } from "@/lib/access/lock-access";
import { ADMINISTRATOR } from "@/lib/access/schema";
import { emailKey } from "@/lib/auth/email-key";
import { handOverLink } from "@/lib/auth/hand-over-link";
import type { HandedLink } from "@/lib/auth/schema";
import { requestGravatar } from "@/lib/avatars/request-gravatar";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { inTransaction } from "@/lib/core/transaction";
import { recordEvents } from "@/lib/events/record-events";
import { describeAccount } from "./describe-account";

type UserRow = typeof users.$inferSelect;

/**
 * Makes the first administrator's account, without a password, while there was never one (the last cannot be demoted,
 * disabled or deleted, so there is one ever after), and a link to set its password. Asked again it makes another link for
 * as long as that is the only administrator and nobody has been in the account. An account that existed is given nothing:
 * anybody may have signed up with that address. Null: nothing was to be done. Errors: `forbidden` for anyone but the system.
 */
export async function setUpAdministrator(context: Context, email: string): Promise<HandedLink | Failure | null> {
  if (context.actor.kind !== "system") return fail("forbidden");
  return inTransaction(context, async (tx) => {
    const [known] = await tx.db.select().from(users).where(eq(users.emailKey, emailKey(email))).for("no key update");
    await lockAccess(tx);
    const administrators = await tx.db.select({ id: users.id }).from(users).where(eq(users.role, ADMINISTRATOR)).limit(2);
    const user = known ?? (administrators.length === 0 ? await makeAccount(tx, email) : null);
    const alone = administrators.every(({ id }) => id === user?.id);
    // No mail: it would come at each start, and who waits for the link reads it here.
    return user && alone && (await awaitsOwner(tx, user)) ? handOverLink(tx, user, { tells: false }) : null;
  });
}

/** Made here, and nobody has been in it: who signs up has a session, and with it an address. */
async function awaitsOwner(tx: Context, { role, passwordHash, email }: UserRow): Promise<boolean> {
  if (role !== ADMINISTRATOR || passwordHash !== null) return false;
  const account = await describeAccount(tx, email);
  return "role" in account && account.lastAddress === null;
}

/** Null: somebody has just signed up with it. */
async function makeAccount(tx: Context, email: string): Promise<UserRow | null> {
  const [made] = await tx.db
    .insert(users)
    .values({ id: newId(), email, emailKey: emailKey(email), name: "Administrator", role: ADMINISTRATOR })
    .onConflictDoNothing({ target: users.emailKey })
    .returning();
  if (!made) return null;
  await recordEvents(tx, [{ userId: made.id, type: "account.created" }]);
  await requestGravatar(tx, made.id);
  return made;
}
