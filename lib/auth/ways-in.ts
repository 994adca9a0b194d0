import { type Failure, fail } from "@/lib/core/errors";
import type { OwnSession } from "./own-session";

type Ways = Pick<OwnSession, "user" | "factors">;

/** How many ways open the account by themselves, as it stands under its lock. An authenticator app is none: it is only asked for besides. */
export function countWaysIn({ user, factors }: Ways): number {
  return (user.passwordHash === null ? 0 : 1) + factors.passkeys + factors.providers.length;
}

/** Nobody removes their last way in (promise 10). `left`: the account as it would be. Errors: `conflict`. */
export function refuseLastWay(left: Ways): Failure | undefined {
  if (countWaysIn(left) > 0) return undefined;
  return fail("conflict", { detail: "Nothing else would open your account. Set a password, add a passkey or link another provider first." });
}
