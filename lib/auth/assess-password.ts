import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as commonDictionary } from "@zxcvbn-ts/language-common";
import { dictionary as englishDictionary, translations } from "@zxcvbn-ts/language-en";
import { singleton } from "@/lib/core/singleton";
import { PASSWORD_MAX_LENGTH, normalPassword } from "./password-limits";

/** `score` 0 (guessed at once) … 4; `advice` is one sentence for the person who chooses it. */
export type Assessment = { score: number; acceptable: boolean; advice: string };

/** zxcvbn holds the event loop: 2 s for 256 hostile characters as it comes, 15 ms with these two bounds. What follows only adds strength. */
const SCORED_LENGTH = 48;
const LOOKALIKES = 4;

const PART_LENGTH = 4;

function estimator() {
  return singleton(
    "auth.zxcvbn",
    () =>
      new ZxcvbnFactory({
        dictionary: { ...commonDictionary, ...englishDictionary },
        graphs: adjacencyGraphs,
        translations,
        l33tMaxSubstitutions: LOOKALIKES,
        maxLength: SCORED_LENGTH,
      }),
  );
}

/**
 * Judges a password to be set: its length in code points (`minimum` to 256), that it is not common or easy to
 * guess (zxcvbn score under 2), and that it holds no part of the e-mail addresses and names in `personal`. Any
 * characters, no composition rules (NIST SP 800-63B, 3.1.1.2).
 */
export function assessPassword(password: string, personal: readonly string[], minimum: number): Assessment {
  const normal = normalPassword(password);
  if (normal === null) return { score: 0, acceptable: false, advice: `Use at most ${PASSWORD_MAX_LENGTH} characters.` };
  if (/\p{Cs}/u.test(normal)) return { score: 0, acceptable: false, advice: "This contains a broken character. Please type it again." };
  const parts = personal.flatMap(partsOf);
  const { score, feedback } = estimator().check(normal.slice(0, SCORED_LENGTH), parts);
  const refuse = (advice: string) => ({ score: Math.min(score, 1), acceptable: false, advice });
  if ([...normal].length < minimum) return refuse(`Use at least ${minimum} characters. A few unrelated words are easy to remember.`);
  const plain = normal.toLowerCase();
  const owner = personal.find((text) => partsOf(text).some((part) => plain.includes(part)));
  if (owner !== undefined) return refuse(`Leave out your ${owner.includes("@") ? "email address" : "name"}, or parts of it.`);
  if (score < 2) return refuse(`This is easy to guess. ${feedback.warning ?? feedback.suggestions[0] ?? "Add a few unrelated words."}`);
  return { score, acceptable: true, advice: ["", "", "Good enough. One more word makes it much stronger.", "Good.", "Strong."][score] as string };
}

/** The words of an e-mail address (not its top-level domain) or name that are long enough to matter. */
function partsOf(text: string): string[] {
  const plain = text.normalize("NFC").toLowerCase();
  const words = plain.replace(/\.[^.@]*$/, (end) => (plain.includes("@") ? "" : end)).split(/[^\p{L}\p{N}\p{M}]+/u);
  const whole = plain.includes("@") ? plain.slice(0, plain.lastIndexOf("@")) : plain.trim();
  return [...new Set([...words, whole])].filter((part) => [...part].length >= PART_LENGTH);
}
