import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { refreshSession } from "@/lib/tokens/refresh-session";
import { openTestWorld, type TestWorld } from "./context";
import { type Instance, startInstance } from "./instance";
import { trust, visitorOf } from "./sessions";

export type TokenProcesses = {
  world: TestWorld;
  /** This process, for a request of nobody. */
  context: Context;
  /** Another process on the same servers. */
  other: Instance;
  /** One more. */
  startOther(): Promise<Instance>;
};

const SETTINGS = { MAX_CONCURRENT_SESSIONS: "100" };

/** Two processes of the app, as far as sessions and tokens go, on one PostgreSQL and one Redis. */
export async function openTokenProcesses(): Promise<TokenProcesses> {
  const world = await openTestWorld(SETTINGS);
  await trust(world.context);
  async function startOther(): Promise<Instance> {
    const instance = await startInstance({ DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...SETTINGS });
    await instance.trust();
    await instance.warmUp();
    return instance;
  }
  return { world, context: visitorOf(world.context), other: await startOther(), startOther };
}

/** What a refresh answers in this process or another; it must succeed. */
export async function refreshed(on: Context | Instance, token: string) {
  const answer = await ("pid" in on ? on.refresh(token) : refreshSession(on, token));
  if (isFailure(answer)) throw new Error(answer.failure);
  return answer;
}
