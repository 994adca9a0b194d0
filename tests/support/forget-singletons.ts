import type { Piscina } from "piscina";

/**
 * What hangs on the process (lib/core/singleton.ts) goes, as if it had just begun: the files of a project that is not isolated
 * (vitest.config.mts) follow each other in one.
 */
export async function forgetSingletons(): Promise<void> {
  const store = globalThis as unknown as Record<symbol, { threads?: Piscina } | undefined>;
  for (const key of Object.getOwnPropertySymbols(globalThis).filter(({ description }) => description?.startsWith("latchkey."))) {
    const held = store[key];
    delete store[key];
    await held?.threads?.close();
  }
}
