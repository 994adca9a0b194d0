import { placeName } from "@/lib/core/place-name";
import type { Chip } from "./filter-chips";
import { kindWords } from "./kind-words";

/** What the parts of a filter of sessions say, in the words of a chip. `owner`: the e-mail address of the one user that is meant. For the server only, as `placeName` is. */
export function filterWords(values: Record<string, string>, owner: string | null): Chip[] {
  const words: Record<string, (value: string) => string> = {
    q: (value) => `Begins with “${value}”`,
    ip: (value) => `From ${value}`,
    country: (value) => `In ${placeName({ country: value.toUpperCase(), city: null }) ?? value}`,
    kind: (value) => kindWords[value as keyof typeof kindWords] ?? value,
    userId: () => (owner ? `Of ${owner}` : "Of one user"),
    status: (value) => (value === "ended" ? "Ended" : "Live and ended"),
    sort: () => "Oldest first",
  };
  return Object.entries(words).flatMap(([name, say]) => {
    const value = values[name];
    return value === undefined || value === "active" || value === "newest" ? [] : [{ name, words: say(value) }];
  });
}
