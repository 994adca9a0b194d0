/** What can make a sign-in on a device that the account does not know look like somebody else's (ACCOUNTS 7). */
export const unusualRules = ["new_country", "far_away", "many_failures"] as const;
export type UnusualRule = (typeof unusualRules)[number];

const words: Record<UnusualRule, string> = {
  new_country: "the account was not used from this country in the last 90 days",
  far_away: "nobody can have travelled that far since the account was last used",
  many_failures: "there were 5 or more failed sign-ins in the hour before",
};

/** Why it does, as the end of a sentence. */
export function ruleWords(rule: UnusualRule): string {
  return words[rule];
}
