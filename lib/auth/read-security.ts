import { eq, sql } from "drizzle-orm";
import { devices, events, recoveryCodes, totpFactors, users } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { type Failure, fail } from "@/lib/core/errors";
import { iso, isoOrNull } from "@/lib/core/time";
import { factorColumns } from "@/lib/factors/account-factors";
import { listIdentities } from "@/lib/factors/list-identities";
import { listPasskeys } from "@/lib/factors/list-passkeys";
import { secondStepOf } from "@/lib/factors/second-step";
import type { Settings } from "@/lib/platform/env";
import { isTrusted } from "./find-account";
import type { Security } from "./schema";

/** Whenever an account got a password; events are kept for as long as it is. */
const passwordEvents = sql`('account.created', 'password.changed', 'password.reset')`;

const codes = sql`from ${recoveryCodes} where ${recoveryCodes.userId} = ${users.id}`;

const columns = (settings: Settings) => ({
  hasPassword: sql<boolean>`${users.passwordHash} is not null`,
  passwordChangedAt: sql<Date | null>`(select max(${events.at}) from ${events} where ${events.userId} = ${users.id} and ${events.type} in ${passwordEvents})`.mapWith(events.at),
  approveNewDevices: users.approveNewDevices,
  factors: factorColumns(settings),
  totpSince: totpFactors.confirmedAt,
  totpUsedAt: totpFactors.lastUsedAt,
  codesMadeAt: sql<Date | null>`(select max(${recoveryCodes.createdAt}) ${codes})`.mapWith(recoveryCodes.createdAt),
  codes: sql<number>`(select count(*)::int ${codes})`,
  trustedDevices: sql<number>`(select count(*)::int from ${devices} where ${devices.userId} = ${users.id} and ${devices.forgottenAt} is null and ${isTrusted})`,
});

/** How the caller's account is opened and what is asked besides, each with when it came and was last used. Errors: `unauthenticated` (the account is gone). */
export async function readSecurity(context: UserContext): Promise<Security | Failure> {
  const { userId } = context.actor;
  const [[account], passkeys, identities] = await Promise.all([
    context.db
      .select(columns(context.settings))
      .from(users)
      .leftJoin(totpFactors, sql`${totpFactors.userId} = ${users.id} and ${totpFactors.confirmedAt} is not null`)
      .where(eq(users.id, userId)),
    listPasskeys(context, userId),
    listIdentities(context, userId),
  ]);
  if (!account) return fail("unauthenticated");
  const { hasPassword, passwordChangedAt, factors, totpSince, totpUsedAt, codesMadeAt, codes: of } = account;
  return {
    password: hasPassword ? { changedAt: isoOrNull(passwordChangedAt) } : null,
    passkeys,
    identities: identities.map((identity) => ({ ...identity, opens: factors.providers.includes(identity.provider) })),
    linkable: context.settings.OIDC_PROVIDERS.filter(({ name }) => !identities.some(({ provider }) => provider === name)).map(({ name, label }) => ({ name, label })),
    totp: totpSince && { since: iso(totpSince), lastUsedAt: isoOrNull(totpUsedAt) },
    recoveryCodes: codesMadeAt && { left: factors.recoveryCodes, of, madeAt: iso(codesMadeAt) },
    secondStep: secondStepOf(factors) !== null,
    approveNewDevices: account.approveNewDevices,
    trustedDevices: account.trustedDevices,
  };
}
