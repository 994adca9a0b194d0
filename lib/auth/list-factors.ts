import { asc, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { iso, isoOrNull } from "@/lib/core/time";
import type { AccountFactors } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";
import { readOwnSession } from "./own-session";

/** How the caller's account is opened, and what it asks besides. Errors: `unauthenticated`. */
export async function listFactors(context: UserContext): Promise<AccountFactors | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const { user, factors } = own;
  const keys = factors.passkeys === 0 ? [] : await context.db.select().from(passkeys).where(eq(passkeys.userId, user.id)).orderBy(asc(passkeys.id));
  return {
    password: user.passwordHash !== null,
    secondStep: secondStepOf(factors) !== null,
    totp: factors.totp,
    passkeys: keys.map(({ id, name, synced, createdAt, lastUsedAt }) => ({ id, name, synced, createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt) })),
    identities: [],
    recoveryCodesLeft: factors.recoveryCodes,
  };
}
