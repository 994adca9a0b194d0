import { and, eq, inArray, isNotNull, not, or, type SQL } from "drizzle-orm";
import { union } from "drizzle-orm/pg-core";
import { passkeys, totpFactors, users } from "@/db/schema";
import { isRequiredOf } from "@/lib/access/second-factor-required";
import type { Context } from "@/lib/core/context";
import type { FactorFilter } from "./schema";

/**
 * A condition on rows of `users`: what they have beside their password. Sets of ids, and no question for each row: where few
 * have something they are found from there, and not by walking through everyone.
 */
export function byFactor({ db, settings }: Pick<Context, "db" | "settings">, filter: FactorFilter): SQL | undefined {
  const withApp = () => db.select({ id: totpFactors.userId }).from(totpFactors).where(isNotNull(totpFactors.confirmedAt));
  const withPasskey = () => db.select({ id: passkeys.userId }).from(passkeys);
  const asked = or(users.secondStep, isRequiredOf(settings));
  const on = () => inArray(users.id, union(withApp(), db.select({ id: passkeys.userId }).from(passkeys).innerJoin(users, eq(users.id, passkeys.userId)).where(asked)));
  const conditions: Record<FactorFilter, () => SQL | undefined> = {
    on,
    off: () => not(on()),
    totp: () => inArray(users.id, withApp()),
    passkey: () => inArray(users.id, withPasskey()),
    none: () => and(not(inArray(users.id, withApp())), not(inArray(users.id, withPasskey()))),
  };
  return conditions[filter]();
}
