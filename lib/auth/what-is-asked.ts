import type { Context } from "@/lib/core/context";
import { policy } from "./policy";
import type { UnusualRule } from "@/lib/core/unusual-rule";
import type { WayName } from "./schema";

/** What is known of a sign-in whose password was right. */
export type Asking = {
  /** The address as it was typed. */
  email: string;
  /** Where the browser wants to go afterwards. */
  next: string | null;
  deviceKnown: boolean;
  /** Nobody has proven that the account's address is its owner's. */
  addressUnproven: boolean;
  /** Which rules of an unusual sign-in fired. */
  rules: readonly UnusualRule[];
};

/** What is asked beyond the password, if anything. */
export function whatIsAsked({ settings, mailer }: Context, { deviceKnown, rules, addressUnproven }: Asking): readonly WayName[] | null {
  const asked = policy(
    {
      kind: "sign_in",
      first: "password",
      userVerified: false,
      addressUnproven,
      secondStep: null,
      factors: [],
      deviceKnown,
      deviceTrusted: false,
      asksForNewDevices: false,
      rules,
      hasOtherSession: false,
      proven: [],
    },
    { ...settings, mail: mailer !== null, deviceApproval: "off" },
  );
  return asked?.filter((way) => way === "email_code") ?? null;
}
