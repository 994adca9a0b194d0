import { sql } from "drizzle-orm";
import { withDeadline } from "@/lib/core/deadline";
import type { Services } from "./services";

/** `evicts`: a Redis that may drop keys when its memory is full, tombstones among them (DESIGN 4). */
export type Readiness = { postgres: "ok" | "down"; redis: "ok" | "down" | "evicts"; storage: "ok" | "down" };

const DEADLINE_MS = 3_000;

/** Whether everything that a request may need answers now. Never rejects; takes at most 3 s. */
export async function checkReadiness({ db, redis, storage }: Services): Promise<Readiness> {
  const [postgres, evicts, disk] = await Promise.allSettled([
    withDeadline(db.execute(sql`select 1`), DEADLINE_MS, "PostgreSQL"),
    redis
      .ask((_client, { masters }) => Promise.all(masters.map((master) => master.info("memory"))))
      .then((infos) => infos.some((info) => /^maxmemory_policy:(?!noeviction)/m.test(info))),
    withDeadline(storage.ready(), DEADLINE_MS, "storage"),
  ]);
  return {
    postgres: postgres.status === "fulfilled" ? "ok" : "down",
    redis: evicts.status === "rejected" ? "down" : evicts.value ? "evicts" : "ok",
    storage: disk.status === "fulfilled" ? "ok" : "down",
  };
}
