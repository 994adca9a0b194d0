import type { Context } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import type { OwnSession } from "./own-session";

/**
 * Nobody adds a way in to an account whose address they have not proven (ACCOUNTS 6): whoever owns the address would find it
 * there when they take the account over. Where there is no mail nobody can prove one. Errors: `conflict`.
 */
export function refuseUnprovenAddress({ mailer }: Context, { user }: Pick<OwnSession, "user">): Failure | undefined {
  if (user.emailVerified || mailer === null) return undefined;
  return fail("conflict", { detail: "Confirm your email address first." });
}
