import { eq, sql } from "drizzle-orm";
import { secondStepGuesses, users } from "@/db/schema";
import { takeBackFactors } from "@/lib/auth/take-back-factors";
import { countWaysIn } from "@/lib/auth/ways-in";
import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { iso } from "@/lib/core/time";
import { type NewEvent, recordEvents } from "@/lib/events/record-events";
import { factorColumns } from "@/lib/factors/account-factors";
import { queueMail } from "@/lib/mail/queue-mail";

type User = typeof users.$inferSelect;

/**
 * Takes every second factor off an account, with its event and the mail to its owner, in the caller's transaction and under the
 * account's lock. `by`: who does it, where the context does not say. Returns whether there was anything to take off. Errors: `conflict`
 * (it has no password: nothing would open it).
 */
export async function removeFactors(tx: Context, user: User, by: Pick<NewEvent, "actor" | "sessionId"> = {}): Promise<boolean | Failure> {
  const { db } = tx;
  const { id: userId, email } = user;
  const [had] = await db.select(factorColumns(tx.settings)).from(users).where(eq(users.id, userId));
  const columns = await takeBackFactors(tx, user);
  await db.delete(secondStepGuesses).where(eq(secondStepGuesses.userId, userId));
  if (!had?.totp && !had?.passkeys && !had?.recoveryCodes) return false;
  const left = { ...had, totp: false, passkeys: 0, recoveryCodes: 0 };
  if (countWaysIn({ user, factors: left }) === 0) return fail("conflict", { detail: "This account has no password: without these nothing would open it. Make a reset link first." });
  await db.update(users).set({ ...columns, ways: sql`${users.ways} + 1` }).where(eq(users.id, userId));
  const detail = { totp: had.totp, passkeys: had.passkeys, recoveryCodes: had.recoveryCodes };
  await recordEvents(tx, [{ userId, type: "factors.reset", ...by, detail }]);
  await queueMail(tx, { kind: "reset_by_administrator", userId, address: email, facts: { at: iso(tx.clock.now()), what: "second_step" } });
  return true;
}
