import { type SQL, sql } from "drizzle-orm";
import { identities, passkeys, recoveryCodes, totpFactors, users } from "@/db/schema";
import { isRequiredOf } from "@/lib/access/second-factor-required";
import type { Settings } from "@/lib/platform/env";

/** What an account has beside its password. */
export type Factors = {
  /** A second step is asked where passkeys alone could give it: its owner says so, or the operator of their role. */
  secondStep: boolean;
  totp: boolean;
  passkeys: number;
  /** Those that were not used yet. */
  recoveryCodes: number;
  /** Of authenticator app and passkeys the one that was used last. */
  passkeyLast: boolean;
  /** The providers by which it is opened, the one used last in front: those that the operator has taken away open nothing. */
  providers: string[];
};

/** Spelled out: in a statement about one table drizzle writes columns without it, and inside these it would be another one's. */
const OUTER_USER = sql`"users"."id"`;
const confirmed = sql`${totpFactors.userId} = ${OUTER_USER} and ${totpFactors.confirmedAt} is not null`;

/** Whether a second step is asked for, as it stands in the statement that asks; `wanted`: where passkeys alone could give it. */
export function isSecondStepOn(wanted: boolean): SQL {
  return sql`(exists (select from ${totpFactors} where ${confirmed}) or (${wanted} and exists (select from ${passkeys} where ${passkeys.userId} = ${OUTER_USER})))`;
}

/** Of which change a second step is asked for since, once another change is made, `users.second_step_since`; `wanted` as above. */
export function secondStepSince(wanted: boolean): SQL {
  return sql`case when ${isSecondStepOn(wanted)} then coalesce(${users.secondStepSince}, ${users.ways} + 1) end`;
}

/**
 * What an account has, as columns of a statement about `users`: read together with the account's counter, they are true for as long as that
 * has not risen.
 */
export function factorColumns(settings: Settings) {
  return {
    secondStep: sql<boolean>`(${users.secondStep} or ${isRequiredOf(settings)})`,
    totp: sql<boolean>`exists (select from ${totpFactors} where ${confirmed})`,
    passkeys: sql<number>`(select count(*)::int from ${passkeys} where ${passkeys.userId} = ${OUTER_USER})`,
    recoveryCodes: sql<number>`(select count(*)::int from ${recoveryCodes} where ${recoveryCodes.userId} = ${OUTER_USER} and ${recoveryCodes.usedAt} is null)`,
    passkeyLast: sql<boolean>`coalesce((select max(${passkeys.lastUsedAt}) from ${passkeys} where ${passkeys.userId} = ${OUTER_USER}) > coalesce((select ${totpFactors.lastUsedAt} from ${totpFactors} where ${confirmed}), '-infinity'), false)`,
    providers: linkedProviders(settings),
  };
}

function linkedProviders({ OIDC_PROVIDERS }: Settings): SQL<string[]> {
  const names = OIDC_PROVIDERS.map(({ name }) => name);
  if (names.length === 0) return sql<string[]>`'[]'::json`;
  const ofOwner = sql`${identities.userId} = ${OUTER_USER} and ${identities.provider} in ${names}`;
  return sql<string[]>`array_to_json(array(select ${identities.provider} from ${identities} where ${ofOwner} order by coalesce(${identities.lastUsedAt}, ${identities.createdAt}) desc))`;
}
