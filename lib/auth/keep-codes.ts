import { eq } from "drizzle-orm";
import { recoveryCodes } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { newId } from "@/lib/core/ids";
import { newRecoveryCodes, normalRecoveryCode } from "@/lib/factors/recovery-code";
import { reserveAttempt } from "@/lib/rate-limits/reserve-attempt";
import { codeLimits, patienceOf } from "./attempt-limits";
import { hashPassword } from "./hash-password";
import type { OwnSession } from "./own-session";

/** New recovery codes: to be shown once, and what is kept of them. */
export type HashedCodes = { plain: string[]; kept: { selector: string; hash: string }[] };

/** Makes them, before anything is locked: hashing takes its time. Errors: `rate_limited`, `unavailable` (too many hashes waiting). */
export async function hashedCodes(context: UserContext): Promise<HashedCodes | Failure> {
  const deadline = patienceOf(context);
  const limits = codeLimits(context);
  const place = await reserveAttempt(context, limits, deadline);
  if (isFailure(place)) return place;
  await place.settle(limits);
  const plain = newRecoveryCodes();
  const kept: HashedCodes["kept"] = [];
  const failures = await Promise.all(
    plain.map(async (typed) => {
      const { code, selector } = normalRecoveryCode(typed);
      const hash = await hashPassword(context, code, deadline);
      if (isFailure(hash)) return hash;
      kept.push({ selector, hash });
      return null;
    }),
  );
  return failures.find((failure) => failure !== null) ?? { plain, kept };
}

/** Keeps them in the place of those that the account had, under its lock. */
export async function keepCodes({ db }: UserContext, { user }: Pick<OwnSession, "user">, { kept }: HashedCodes): Promise<void> {
  await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, user.id));
  await db.insert(recoveryCodes).values(kept.map((code) => ({ id: newId(), userId: user.id, number: user.ways + 1, ...code })));
}
