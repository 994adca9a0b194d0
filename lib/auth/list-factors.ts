import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { listIdentities } from "@/lib/factors/list-identities";
import { listPasskeys } from "@/lib/factors/list-passkeys";
import type { AccountFactors } from "@/lib/factors/schema";
import { secondStepOf } from "@/lib/factors/second-step";
import { readOwnSession } from "./own-session";

/** How the caller's account is opened, and what it asks besides. Errors: `unauthenticated`. */
export async function listFactors(context: UserContext): Promise<AccountFactors | Failure> {
  const own = await readOwnSession(context);
  if (isFailure(own)) return own;
  const { user, factors } = own;
  return {
    password: user.passwordHash !== null,
    secondStep: secondStepOf(factors) !== null,
    totp: factors.totp,
    passkeys: factors.passkeys === 0 ? [] : await listPasskeys(context, user.id),
    identities: await listIdentities(context, user.id),
    recoveryCodesLeft: factors.recoveryCodes,
  };
}
