import { setTimeout as sleep } from "node:timers/promises";
import type { Credential } from "@/lib/sessions/credential";

export type Ask = (credential: Credential) => Promise<{ state: string }>;
export type Seen = { authenticated: number; anonymous: number; unknown: number; slowest: number };

/**
 * Uses every session through every way there is, again and again, and counts what it is told.
 * `stop` resolves with the counts; `sofar` tells them in between.
 */
export function useSteadily(ways: readonly Ask[], credentials: readonly Credential[], pauseMs = 20) {
  const seen: Seen = { authenticated: 0, anonymous: 0, unknown: 0, slowest: 0 };
  let stopped = false;
  async function loop(ask: Ask, credential: Credential) {
    while (!stopped) {
      const began = performance.now();
      const { state } = await ask(credential);
      seen[state as "authenticated"]++;
      seen.slowest = Math.max(seen.slowest, performance.now() - began);
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  }
  const loops = ways.flatMap((ask) => credentials.map((credential) => loop(ask, credential)));
  return {
    sofar: (): Seen => ({ ...seen }),
    async stop(): Promise<Seen> {
      stopped = true;
      await Promise.all(loops);
      return seen;
    },
  };
}
