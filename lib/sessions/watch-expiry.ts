import type { Context } from "@/lib/core/context";
import { LONGEST_TIMER_MS } from "@/lib/core/time";
import { authenticate } from "./authenticate";
import type { Credential } from "./credential";
import type { Identity } from "./identity";
import { remainingLife } from "./store/remaining-life";

/** While Redis does not know how long it lives. */
const UNKNOWN_MS = 5_000;
/** Never sooner: a key that is about to go is not asked for in a circle. */
const SHORTEST_MS = 100;

/**
 * Looks now, and then whenever the session would end by itself (idle or absolute end) if nobody used it meanwhile:
 * `over` is called once, with who it is then. No use of the session; two round trips to Redis a look. Returns how to stop.
 */
export async function watchExpiry(context: Context, credential: Credential, over: (identity: Identity & { state: "anonymous" }) => void): Promise<() => void> {
  let next: NodeJS.Timeout | undefined;
  let stopped = false;
  // Nobody asks here: a stream stays where it was opened, whereto its session may have moved meanwhile.
  const nobodys: Context = { ...context, request: { ...context.request, address: null } };
  async function look(): Promise<void> {
    const identity = await authenticate(nobodys, credential, { use: false });
    if (stopped) return;
    if (identity.state === "anonymous") return over(identity);
    const life = await lifeOf(context, credential);
    if (stopped) return;
    const absolute = identity.state === "authenticated" ? Date.parse(identity.session.absoluteExpiresAt) - context.clock.now() : UNKNOWN_MS;
    const left = Math.max(0, Math.min(life, absolute)) + SHORTEST_MS;
    next = setTimeout(() => look().catch(fail), Math.min(LONGEST_TIMER_MS, left));
  }
  function fail(error: unknown): void {
    context.log.error({ err: error }, "sessions: an expiry is not watched any more");
  }
  await look();
  return () => {
    stopped = true;
    clearTimeout(next);
  };
}

async function lifeOf({ redis }: Context, { u: userId, s: id }: Credential): Promise<number> {
  const [life] = await redis.ask((client, connection) => remainingLife(client, connection, [{ id, userId }])).catch(() => [null]);
  return life ?? UNKNOWN_MS;
}
