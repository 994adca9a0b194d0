import { eq } from "drizzle-orm";
import { users } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { requiresSecondFactor } from "@/lib/access/second-factor-required";
import { type Failure, fail } from "@/lib/core/errors";
import { isId } from "@/lib/core/ids";
import { factorColumns } from "@/lib/factors/account-factors";
import { providerLabel } from "@/lib/factors/provider-label";
import { secondStepOf } from "@/lib/factors/second-step";
import type { UserFactors } from "./schema";

/** What an account has beside its password, as its owner sees it too; never a secret. Errors: `not_found`. */
export async function getUserFactors({ db, settings }: AdminContext<"users.read">, userId: string): Promise<UserFactors | Failure> {
  if (!isId(userId)) return fail("not_found");
  const [row] = await db.select({ role: users.role, factors: factorColumns(settings) }).from(users).where(eq(users.id, userId));
  if (!row) return fail("not_found");
  const { totp, passkeys, recoveryCodes, providers } = row.factors;
  return { on: secondStepOf(row.factors) !== null, totp, passkeys, recoveryCodesLeft: recoveryCodes, providers: [...new Set(providers)].map((name) => providerLabel(settings, name)), required: requiresSecondFactor(settings, row.role) };
}
