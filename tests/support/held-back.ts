import type { Context } from "@/lib/core/context";

/** A context whose transactions begin only when they are let go: a request that a proxy, or a busy pool, holds back. */
export function heldBack<C extends Context>(held: C): { held: C; waits: Promise<void>; letGo: () => void } {
  let letGo = () => {};
  let arrived = () => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const waits = new Promise<void>((resolve) => (arrived = resolve));
  const db = new Proxy(held.db, {
    get(target, name) {
      if (name !== "transaction") return Reflect.get(target, name) as unknown;
      return async (work: Parameters<typeof target.transaction>[0]) => {
        arrived();
        await gate;
        return target.transaction(work);
      };
    },
  });
  return { held: { ...held, db }, waits, letGo };
}
