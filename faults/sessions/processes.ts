import type { Context } from "@/lib/core/context";
import { authenticate } from "@/lib/sessions/authenticate";
import type { Keeper } from "@/lib/sessions/ledger/keep";
import { openTestWorld, type TestWorld } from "@/tests/support/context";
import { type Instance, startInstance } from "@/tests/support/instance";
import { trust, visitorOf } from "@/tests/support/sessions";
import type { Ask } from "./steady-use";

export type Processes = TestWorld & {
  keeper: Keeper;
  other: Instance;
  /** Who is this, asked of each process; every one is a use. */
  ways: Ask[];
  /** Waits until both processes trust Redis again. */
  trusted(): Promise<void>;
};

/** Two processes of the app, as far as sessions go, on one PostgreSQL and one Redis: this one and a real other one. */
export async function openProcesses(env: Record<string, string> = {}): Promise<Processes> {
  const settings = { MAX_CONCURRENT_SESSIONS: "1000", ...env };
  const world = await openTestWorld(settings);
  const keeper = await trust(world.context);
  const other = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...settings });
  await other.trust();
  return {
    ...world,
    keeper,
    other,
    ways: [usesOf(world.context), (credential) => other.authenticate(credential)],
    trusted: () => until(async () => void (await Promise.all([keeper.once(), other.trust()]))),
  };
}

export function usesOf(context: Context): Ask {
  return (credential) => authenticate(visitorOf(context), credential, { use: true });
}

/** Tries until it succeeds, for at most 10 s unless told otherwise. */
export async function until(attempt: () => Promise<void>, withinMs = 10_000): Promise<void> {
  for (const started = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() - started > withinMs) throw error;
    }
  }
}
