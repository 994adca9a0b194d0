import { and, eq, sql } from "drizzle-orm";
import { secondStepGuesses } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { secondStepOf } from "@/lib/factors/second-step";
import { isAfter } from "./factor-guess";
import type { Account } from "./find-account";
import { COMPROMISED_AFTER } from "./watch-wrong-guesses";

/**
 * Whether a provider's word opens the account no more on devices that it does not know: after it too many second steps were wrong, and none was
 * right since on any such device, so somebody else has that word. A right one after the password, or a reset, ends it. Where there is no mail
 * its owner could not be told, and the way only rests, as after a password.
 */
export async function isProviderRefused({ db, mailer }: Context, { id, deviceId, factors }: Pick<Account, "id" | "deviceId" | "factors">, provider: string): Promise<boolean> {
  if (mailer === null || deviceId !== null || secondStepOf(factors) === null) return false;
  const { userId, deviceKnown, stepUp, sinceSuccess } = secondStepGuesses;
  const [row] = await db
    .select({ wrong: sql<number>`coalesce(sum(${sinceSuccess}), 0)::int` })
    .from(secondStepGuesses)
    .where(and(eq(userId, id), eq(deviceKnown, false), eq(stepUp, false), isAfter(provider)));
  return (row?.wrong ?? 0) >= COMPROMISED_AFTER;
}
