import { LRUCache } from "lru-cache";
import type { Clock } from "@/lib/core/time";
import { LEASE_MS, type LimitStore } from "./limit";

/** More keys than a flood fills in a minute, and bounded. */
const KEYS = 50_000;

/** The same limits inside one process, for while Redis does not answer. */
export function memoryStore(clock: Clock): LimitStore {
  const attempts = new LRUCache<string, Map<string, number>>({ max: KEYS });

  function standing(key: string, now: number): Map<string, number> {
    const found = attempts.get(key) ?? new Map<string, number>();
    for (const [id, lapses] of found) if (lapses <= now) found.delete(id);
    attempts.set(key, found);
    return found;
  }

  const counting = (set: Map<string, number>, now: number) => [...set.values()].filter((lapses) => lapses > now + LEASE_MS).length;

  return {
    async reserve(limits, id) {
      const now = clock.now();
      const sets = limits.map((limit) => standing(limit.key, now));
      const blocking = limits.findIndex((limit, index) => (sets[index] as Map<string, number>).size >= limit.points);
      if (blocking >= 0) return { granted: false, blocking, freeInMs: Math.min(...(sets[blocking] as Map<string, number>).values()) - now };
      const counted = sets.map((set) => counting(set, now));
      for (const set of sets) set.set(id, now + LEASE_MS);
      return { granted: true, counted };
    },
    async count(limits) {
      const now = clock.now();
      return limits.map(({ key }) => counting(standing(key, now), now));
    },
    async settle(limits, id, counts) {
      const now = clock.now();
      for (const limit of limits) {
        const set = standing(limit.key, now);
        if (counts) set.set(id, now + limit.seconds * 1000);
        else set.delete(id);
      }
    },
  };
}
