import type { NextStep, Protection, Security } from "./schema";

export type ProtectionFacts = Pick<Security, "password" | "secondStep" | "totp" | "passkeys" | "identities"> & {
  /** Recovery codes that were not used yet. */
  codesLeft: number;
  /** It has ever had any. */
  codesMade: boolean;
  /** Nobody has proven the address, and here that can be done: nothing can be added before it is (ACCOUNTS 6). */
  addressUnproven: boolean;
  /** An authenticator app can be set up here: there are keys to keep its secret under. */
  appOffered: boolean;
};

/** Fewer than so many recovery codes are soon none. */
const FEW_CODES = 4;
const listed = new Intl.ListFormat("en", { type: "conjunction" });
const GOOD = "Your account is well protected.";

/**
 * How well an account is protected, in a sentence, and the one step that would help most: null when there is none.
 * Pure: the same facts, the same answer. What would lock its owner out comes before what would let others in more easily.
 */
export function protection(facts: ProtectionFacts): Protection {
  const { password, secondStep, totp, passkeys, identities, codesLeft, codesMade, addressUnproven, appOffered } = facts;
  const providers = [...new Set(identities.filter(({ opens }) => opens).map(({ label }) => label))];
  if (!password && passkeys.length === 0 && providers.length === 0) return poor("Nothing opens your account at the moment, but where you are signed in now.", "set_password", "A new password makes it yours again.");
  const alone = "Your password alone opens your account.";
  if (addressUnproven) return poor(alone, "confirm_address", "Confirm your email address first: it is your way back in, and more can be added then.");
  if (password && !secondStep) {
    if (passkeys.length > 0) return poor("Your password alone still opens your account.", "switch_on", "Ask for a passkey after it, and whoever learns it stays outside.");
    if (!appOffered) return poor(alone, "add_passkey", "Ask for a passkey after it, and whoever learns it stays outside.");
    return poor(alone, "set_up_app", "With an authenticator app, whoever learns it stays outside.");
  }
  if (secondStep && codesLeft === 0) return poor(codesMade ? "No recovery code is left." : "You have no recovery codes yet.", "make_codes", `Without your ${totp ? "app" : "passkey"} you would be locked out.`);
  if (secondStep && codesLeft < FEW_CODES) return good("make_codes", `Only ${codesLeft === 1 ? "one recovery code is" : `${codesLeft} recovery codes are`} left.`);
  if (!password && passkeys.length === 0) return good("add_passkey", `Without ${listed.format(providers)} you would be locked out: a passkey would open it too.`);
  const hasOnlyOne = passkeys.length === 1 && passkeys.every(({ synced }) => !synced) && providers.length === 0;
  if (hasOnlyOne && !totp) return good("add_passkey", "A passkey on one more device would keep you from being locked out.");
  if (passkeys.length === 0) return good("add_passkey", "A passkey is quicker than a code, and no false page can ask you for it.");
  return { isGood: true, sentence: GOOD, next: null };
}

function poor(sentence: string, step: NextStep, why: string): Protection {
  return { isGood: false, sentence, next: { step, why } };
}

function good(step: NextStep, why: string): Protection {
  return { isGood: true, sentence: GOOD, next: { step, why } };
}
