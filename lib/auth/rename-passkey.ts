import { and, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { passkeyView } from "@/lib/factors/passkey-view";
import type { Passkey } from "@/lib/factors/schema";
import { publish } from "@/lib/notifications/publish";
import type { PasskeyNameInput } from "./schema";

/** Calls one of the caller's passkeys something else. It opens what it opened. Errors: `not_found`. */
export async function renamePasskey(context: UserContext, passkeyId: string, { name }: PasskeyNameInput): Promise<Passkey | Failure> {
  const { userId } = context.actor;
  if (!isId(passkeyId)) return fail("not_found");
  const theirs = and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId));
  const [passkey] = await context.db.update(passkeys).set({ name }).where(theirs).returning();
  if (!passkey) return fail("not_found");
  await publish(context, userId, { type: "factors.changed" });
  return passkeyView(passkey);
}
