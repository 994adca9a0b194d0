import type { Context } from "@/lib/core/context";
import { isDatabaseDown } from "@/lib/core/outage";
import { LONGEST_TIMER_MS } from "@/lib/core/time";
import { authenticate } from "./authenticate";
import type { Credential } from "./credential";
import type { Identity } from "./identity";
import { effectiveExpiry } from "./ledger/expiry";
import { loadSession } from "./ledger/load-session";
import type { Session } from "./schema";
import { remainingLife } from "./store/remaining-life";

/** While nobody can say whether it lives. */
const UNKNOWN_MS = 5_000;
/** Never sooner: a key that is about to go is not asked for in a circle. */
const SHORTEST_MS = 100;

type Over = (identity: Identity & { state: "anonymous" }) => void;

/**
 * Looks now, and then whenever the session would end by itself (idle or absolute end) if nobody used it meanwhile:
 * `over` is called once, with who it is then; `foreseen` at each look that knows it with when it would end. No use of the session; two round trips to Redis a look, and two statements
 * where Redis does not know it. Rejects when the first look does; a later one that fails says nothing of the session, and is
 * tried again. Returns how to stop.
 */
export async function watchExpiry(context: Context, credential: Credential, over: Over, foreseen: (end: number) => void = () => {}): Promise<() => void> {
  let next: NodeJS.Timeout | undefined;
  let stopped = false;
  let failing = false;
  async function leftOf({ absoluteExpiresAt }: Session): Promise<number> {
    const life = await lifeOf(context, credential).catch((error: unknown) => {
      if (!isDatabaseDown(error)) throw error;
      return null;
    });
    const now = context.clock.now();
    const end = Math.min(now + (life ?? UNKNOWN_MS), Date.parse(absoluteExpiresAt));
    if (life !== null) foreseen(end);
    return end - now;
  }
  async function look(answerBy: number): Promise<void> {
    // Nobody asks here: a stream stays where it was opened, whereto its session may have moved meanwhile.
    const nobodys: Context = { ...context, request: { ...context.request, address: null, answerBy } };
    const identity = await authenticate(nobodys, credential, { use: false });
    if (stopped) return;
    if (identity.state === "anonymous") {
      stopped = true;
      return over(identity);
    }
    lookIn(identity.state === "unknown" ? UNKNOWN_MS : await leftOf(identity.session));
    failing = false;
  }
  function lookIn(milliseconds: number): void {
    if (stopped) return;
    // By then the request that opened the stream has long been answered.
    next = setTimeout(() => look(Number.POSITIVE_INFINITY).catch(fail), Math.min(LONGEST_TIMER_MS, Math.max(0, milliseconds) + SHORTEST_MS));
  }
  function fail(error: unknown): void {
    if (!failing) context.log.error({ err: error }, "sessions: a look at an expiry failed; trying again every 5 s");
    failing = true;
    lookIn(UNKNOWN_MS);
  }
  await look(context.request.answerBy);
  return () => {
    stopped = true;
    clearTimeout(next);
  };
}

/** Milliseconds. What Redis does not know needs asking but once: whoever uses it meanwhile brings it back there. */
async function lifeOf(context: Context, credential: Credential): Promise<number> {
  const { u: userId, s: id } = credential;
  const [life] = await context.redis.ask((client, connection) => remainingLife(client, connection, [{ id, userId }])).catch(() => [null]);
  if (life) return life;
  const row = await loadSession(context, credential);
  return row ? effectiveExpiry(row.session, row.lostAt).getTime() - row.now.getTime() : 0;
}
