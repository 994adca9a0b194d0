import type { Context } from "@/lib/core/context";
import { type Swept, sweep } from "./ledger/sweep";
import { trustRedis } from "./trust-redis";

/** One pass over the sessions that are due, over a connection that it first brings to trust: for an operator's command. Rejects with an outage. */
export async function sweepSessions(context: Context): Promise<Swept> {
  await trustRedis(context);
  return sweep(context);
}
