import { and, eq, sql } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import type { JobTable, Queue } from "./queue";

/** Takes a job for one lease more, for a try that is long. False: it is another worker's by now, and whoever asks stops. */
export async function renewLease<T extends JobTable>({ db }: Context, { table, key, leaseSeconds }: Pick<Queue<T>, "table" | "key" | "leaseSeconds">, job: { id: string; tries: number }): Promise<boolean> {
  const jobs: JobTable = table;
  const later: object = { dueAt: sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})` };
  const renewed = await db.update(jobs).set(later).where(and(eq(key, job.id), eq(table.tries, job.tries))).returning({ key });
  return renewed.length > 0;
}
