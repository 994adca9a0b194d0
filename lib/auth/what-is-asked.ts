import { and, eq, gt, isNull } from "drizzle-orm";
import { devices, sessions, statementTime, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import { factorsOf, secondStepOf } from "@/lib/factors/second-step";
import { type Account, isTrusted } from "./find-account";
import { type FirstProof, policy, type Way } from "./policy";
import type { WayName } from "./schema";

/** What is known of a sign-in that has shown its first proof; `account` as it was read with that. */
export type Asking = {
  first: FirstProof;
  account: Pick<Account, "id" | "emailVerified" | "deviceId" | "deviceTrusted" | "approveNewDevices" | "factors">;
  /** The address as it was typed. */
  email: string;
  /** Where the browser wants to go afterwards. */
  next: string | null;
  /** Which rules of an unusual sign-in fired. */
  rules: readonly UnusualRule[];
  /** Ways proven so far. */
  proven?: readonly Way[];
};

/**
 * What is asked beyond the first proof, if anything, under the account's lock: its factors are as they were read, for every
 * change of them raises the counter; whether a device is still trusted, and another session lives, is looked up where
 * it matters.
 */
export async function whatIsAsked(tx: Context, { first, account, rules, proven = [] }: Asking, browserId: string): Promise<readonly WayName[] | null> {
  const secondStep = secondStepOf(account.factors);
  const facts = {
    kind: "sign_in",
    first,
    userVerified: first === "passkey",
    addressUnproven: !account.emailVerified,
    secondStep,
    factors: factorsOf(account.factors),
    deviceKnown: account.deviceId !== null,
    deviceTrusted: secondStep !== null && account.deviceTrusted && (await isStillTrusted(tx, account.id, browserId)),
    asksForNewDevices: account.approveNewDevices,
    rules,
    proven,
  } as const;
  const house = { ...tx.settings, mail: tx.mailer !== null };
  const asked = policy({ ...facts, hasOtherSession: true }, house);
  if (!asked?.includes("approval") || (await hasLiveSession(tx, account.id))) return asked;
  return policy({ ...facts, hasOtherSession: false }, house);
}

/** Its owner may have taken the trust back since it was read. */
async function isStillTrusted({ db }: Context, userId: string, browserId: string): Promise<boolean> {
  const [device] = await db
    .select({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.userId))
    .where(and(eq(devices.userId, userId), eq(devices.browserId, browserId), isNull(devices.forgottenAt), isTrusted));
  return device !== undefined;
}

async function hasLiveSession({ db }: Context, userId: string): Promise<boolean> {
  const live = and(eq(sessions.userId, userId), isNull(sessions.endedAt), gt(sessions.expiresAt, statementTime));
  const [session] = await db.select({ id: sessions.id }).from(sessions).where(live).limit(1);
  return session !== undefined;
}
