import type { UnusualRule } from "./kinds";

const words: Record<UnusualRule, string> = {
  new_country: "the account was not used from this country in the last 90 days",
  far_away: "nobody can have travelled that far since the account was last used",
  many_failures: "there were 5 or more failed sign-ins in the hour before",
};

/** Why a sign-in looks unusual, as the end of a sentence. */
export function ruleWords(rule: UnusualRule): string {
  return words[rule];
}
