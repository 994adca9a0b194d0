import type { TestWorld } from "@/tests/support/context";
import { type Instance, startInstance } from "@/tests/support/instance";
import { rounds } from "@/tests/support/rounds";

const FULL = rounds(10) > 1;

/**
 * Kills a process by SIGKILL just before its 1st, 2nd, 3rd, … call to the outside while it does `work`, until the
 * work is done before that; the step at which it was. In `npm test` every `stride`th step, from a random one on.
 */
export async function killAtEachStep(
  world: TestWorld,
  settings: Record<string, string>,
  work: (victim: Instance) => Promise<unknown>,
  check: (died: boolean) => Promise<void>,
  stride = 5,
): Promise<number> {
  const by = FULL ? 1 : stride;
  const env = { DATABASE_URL: world.databaseUrl, REDIS_URL: world.redis.url, ...settings };
  let next = startInstance(env);
  for (let step = 1 + Math.floor(Math.random() * by); ; step += by) {
    const victim = await next;
    next = startInstance(env);
    await victim.trust();
    await victim.warmUp();
    await victim.letGo();
    await victim.dieAt(step);
    const died = await work(victim).then(
      () => false,
      () => true,
    );
    victim.signal("SIGKILL");
    await victim.exited;
    await check(died);
    if (!died) {
      (await next).signal("SIGKILL");
      return step;
    }
  }
}
