import type { Settings } from "@/lib/platform/env";
import type { UnusualRule } from "@/lib/core/unusual-rule";

/** How somebody showed first who they are. */
export type FirstProof = "password" | "passkey" | "provider";

/** What may be asked after it. */
export type Way = "email_code" | "totp" | "recovery_code" | "passkey" | "approval";

export type Facts = {
  kind: "sign_up" | "sign_in" | "email_change";
  first: FirstProof;
  /** The passkey's own check of its owner (user verification). */
  userVerified: boolean;
  /** Nobody has proven that the address is theirs. */
  addressUnproven: boolean;
  /** The account's second step is on, and by what it can be given. */
  secondStep: readonly Way[] | null;
  /** Second factors that the account has, whether or not they are its second step. */
  factors: readonly Way[];
  /** The device cookie names a device of this account, not forgotten; and one on which a second step was given lately. */
  deviceKnown: boolean;
  deviceTrusted: boolean;
  /** The owner wants to be asked before a new device signs in. */
  asksForNewDevices: boolean;
  /** Which rules of an unusual sign-in fired (ACCOUNTS 7). */
  rules: readonly UnusualRule[];
  /** Another session of the account is live, and could approve. */
  hasOtherSession: boolean;
  /** Ways proven so far. */
  proven: readonly Way[];
};

/** The operator's part of it. */
export type House = Pick<Settings, "EMAIL_VERIFICATION" | "RISK" | "DEVICE_APPROVAL"> & { /** There is a mail server. */ mail: boolean };

/**
 * What is still asked of a sign-in or sign-up that has shown its first proof: null when nothing is, else the ways of which
 * one would do (ACCOUNTS 4, row by row). What cannot be met is never asked. Pure: the same facts, the same answer.
 */
export function policy(facts: Facts, house: House): readonly Way[] | null {
  const { kind, first, secondStep, factors, proven } = facts;
  // To an address that nobody has proven a code would go to whoever reads mail there, and keep the owner out.
  const byMail: Way[] = house.mail && !(kind === "sign_in" && facts.addressUnproven) ? ["email_code"] : [];
  if (kind !== "sign_in") return house.EMAIL_VERIFICATION === "required" && facts.addressUnproven ? missing(byMail, proven) : null;
  if (first === "passkey" && facts.userVerified) return null;
  if (secondStep !== null && !facts.deviceTrusted) return missing(secondStep, proven);
  // A second step says more than any code by mail, and E-mail is no second factor.
  if (secondStep !== null) return null;
  const byOthers: Way[] = facts.hasOtherSession ? ["approval"] : [];
  if (facts.deviceKnown) return null;
  const wanted = house.DEVICE_APPROVAL === "required" || (house.DEVICE_APPROVAL === "optional" && facts.asksForNewDevices);
  if (wanted) return missing([...byOthers, ...byMail, ...factors], proven);
  const unusual = house.RISK === "ask" && facts.rules.length > 0;
  if (unusual) return missing([...byMail, ...byOthers, ...factors], proven);
  return null;
}

/** One of them is enough; none of them that could be given is nothing asked. */
function missing(ways: readonly Way[], proven: readonly Way[]): readonly Way[] | null {
  return ways.length === 0 || ways.some((way) => proven.includes(way)) ? null : ways;
}
