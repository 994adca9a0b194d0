import type { Factors } from "./account-factors";

/** By what a second step can be given. */
export const factorWays = ["totp", "passkey", "recovery_code"] as const;
export type FactorWay = (typeof factorWays)[number];

/** The account's second factors, whether or not they are asked for: the one used last in front, recovery codes at the end. */
export function factorsOf({ totp, passkeys, recoveryCodes, passkeyLast }: Factors): FactorWay[] {
  const ways: FactorWay[] = [...(totp ? (["totp"] as const) : []), ...(passkeys > 0 ? (["passkey"] as const) : [])];
  if (passkeyLast) ways.reverse();
  return [...ways, ...(recoveryCodes > 0 ? (["recovery_code"] as const) : [])];
}

/** The same where the second step is on, else null: always with an authenticator app, with passkeys alone when the owner says so, or the operator of their role (ACCOUNTS 4). */
export function secondStepOf(factors: Factors): FactorWay[] | null {
  const isOn = factors.totp || (factors.secondStep && factors.passkeys > 0);
  return isOn ? factorsOf(factors) : null;
}

export function isFactorWay(way: string): way is FactorWay {
  return (factorWays as readonly string[]).includes(way);
}
