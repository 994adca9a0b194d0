import { and, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail, isFailure } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { recordEvents } from "@/lib/events/record-events";
import { passkeyView } from "@/lib/factors/passkey-view";
import type { Passkey } from "@/lib/factors/schema";
import { publish } from "@/lib/notifications/publish";
import type { PasskeyNameInput } from "./schema";
import { underOwnSession } from "./under-own-session";

type PasskeyRow = typeof passkeys.$inferSelect;

/**
 * Calls one of the caller's passkeys something else. It opens what it opened. The name that it has is no event. Errors:
 * `not_found`; `unauthenticated` (the session has ended); `unavailable` (too late to be answered, and nothing is done).
 */
export async function renamePasskey(context: UserContext, passkeyId: string, { name }: PasskeyNameInput): Promise<Passkey | Failure> {
  if (!isId(passkeyId)) return fail("not_found");
  const passkey = await underOwnSession(context, {}, (tx) => rename(tx, passkeyId, name));
  if (isFailure(passkey)) return passkey;
  await publish(context, context.actor.userId, { type: "factors.changed" });
  return passkeyView(passkey);
}

async function rename(tx: UserContext, passkeyId: string, name: string): Promise<PasskeyRow | Failure> {
  const { userId, sessionId } = tx.actor;
  const theirs = and(eq(passkeys.id, passkeyId), eq(passkeys.userId, userId));
  const [before] = await tx.db.select().from(passkeys).where(theirs);
  if (!before) return fail("not_found");
  if (before.name === name) return before;
  await tx.db.update(passkeys).set({ name }).where(theirs);
  await recordEvents(tx, [{ userId, type: "profile.changed", sessionId, detail: { passkey: { from: before.name, to: name } } }]);
  return { ...before, name };
}
