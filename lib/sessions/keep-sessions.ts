import type { Context } from "@/lib/core/context";
import { singleton } from "@/lib/core/singleton";
import { keepTrust } from "./ledger/keep";
import { keepSwept } from "./ledger/keep-swept";

/** Keeps this process' Redis trusted and the ledger exact, from now on until the process ends. Once a process. */
export function keepSessions(context: Context): void {
  keepRedisTrusted(context);
  singleton("sweeper", () => keepSwept(context));
}

/** The first half of it: for a process that asks Redis, and leaves the ledger to others. */
export function keepRedisTrusted(context: Context): void {
  singleton("keeper", () => keepTrust(context));
}
