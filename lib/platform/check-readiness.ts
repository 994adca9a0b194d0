import { sql } from "drizzle-orm";
import { withDeadline } from "@/lib/core/deadline";
import { singleton } from "@/lib/core/singleton";
import type { Clock } from "@/lib/core/time";
import type { Log } from "./log";
import { clockSkew, MOST_SKEW_MS } from "./redis/clock-skew";
import type { Master } from "./redis/redis";
import type { Services } from "./services";

/**
 * `evicts`: a Redis that may drop keys when its memory is full, tombstones among them (DESIGN 4).
 * `clock`: its clock and ours are too far apart.
 */
export type Readiness = { postgres: "ok" | "down"; redis: "ok" | "down" | "evicts" | "clock"; storage: "ok" | "down" };

const DEADLINE_MS = 3_000;

/** Whether everything that a request may need answers now. Never rejects; takes at most 3 s. */
export async function checkReadiness({ db, redis, storage, clock, log }: Services): Promise<Readiness> {
  const [postgres, judged, disk] = await Promise.allSettled([
    withDeadline(db.execute(sql`select 1`), DEADLINE_MS, "PostgreSQL"),
    redis.ask((_client, { masters }) => judgeMasters(masters, clock)),
    withDeadline(storage.ready(), DEADLINE_MS, "storage"),
  ]);
  noteDown({ postgres, redis: judged, storage: disk }, log);
  return {
    postgres: postgres.status === "fulfilled" ? "ok" : "down",
    redis: judged.status === "fulfilled" ? judged.value : "down",
    storage: disk.status === "fulfilled" ? "ok" : "down",
  };
}

/** Why, once for each time that it goes: a wrong key of a bucket is found nowhere else before somebody uploads. */
function noteDown(results: Record<string, PromiseSettledResult<unknown>>, log: Log): void {
  const down = singleton("readiness.down", () => new Set<string>());
  for (const [part, result] of Object.entries(results)) {
    if (result.status === "fulfilled") down.delete(part);
    else if (!down.has(part)) {
      down.add(part);
      log.warn({ part, err: result.reason }, "not ready");
    }
  }
}

async function judgeMasters(masters: readonly Master[], clock: Clock): Promise<"ok" | "evicts" | "clock"> {
  const [infos, skew] = await Promise.all([Promise.all(masters.map((master) => master.info("memory"))), clockSkew(masters, clock)]);
  if (infos.some((info) => /^maxmemory_policy:(?!noeviction)/m.test(info))) return "evicts";
  return Math.abs(skew) > MOST_SKEW_MS ? "clock" : "ok";
}
