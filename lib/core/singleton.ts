/**
 * One value a process. Next loads a module several times (instrumentation, middleware,
 * routes, pages), in production too, so what must be one hangs on `globalThis`.
 */
export function singleton<T>(name: string, make: () => T): T {
  const store = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`latchkey.${name}`);
  return (store[key] ??= make());
}
