import type { Event } from "@/lib/events/schema";
import { type UnusualRule, unusualRules } from "@/lib/core/unusual-rule";

const rules: Record<UnusualRule, string> = { new_country: "New country", far_away: "Too far away", many_failures: "After failures" };

/** Why one should look at an event, in two words: "New country", "Failed"; null for what is ordinary. */
export function unusualWords({ type, detail }: Event): string | null {
  if (type === "sign_in.failed") return "Failed";
  if (type === "sign_in.refused" || type === "request.refused") return "Refused";
  if (type === "token.reuse_detected") return "Reused";
  return unusualRulesIn(detail).map((rule) => rules[rule])[0] ?? null;
}

/** Which rules of an unusual sign-in the event says fired. */
export function unusualRulesIn({ rules: fired }: Event["detail"]): UnusualRule[] {
  return unusualRules.filter((rule) => Array.isArray(fired) && fired.includes(rule));
}
