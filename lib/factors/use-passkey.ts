import { and, eq, lt, or, sql } from "drizzle-orm";
import { databaseNow, passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { spendChallenge } from "./spend-challenge";
import type { PasskeyUse } from "./verify-assertion";

type PasskeyRow = Pick<typeof passkeys.$inferSelect, "id" | "userId">;

/**
 * Uses up what was verified, in the transaction of what it leads to and under the account's lock: the challenge, and the counter,
 * which two uses at once cannot both raise to the same. False when it was used meanwhile, or the passkey is gone.
 */
export async function usePasskey(tx: Context, { id, userId }: PasskeyRow, challenge: string, { counter, synced }: PasskeyUse): Promise<boolean> {
  if (!(await spendChallenge(tx, challenge))) return false;
  const rises = or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter} = 0`));
  const used = await tx.db
    .update(passkeys)
    .set({ counter, synced, lastUsedAt: databaseNow })
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId), rises))
    .returning({ id: passkeys.id });
  return used.length > 0;
}

/** A passkey that counts must count up: otherwise there is a copy of it (WebAuthn Level 3, 6.1.1). Those that do not count say 0. */
export function wentBack(before: number, { counter }: PasskeyUse): boolean {
  return (counter > 0 || before > 0) && counter <= before;
}
