import { and, asc, eq, getTableName, lte, sql } from "drizzle-orm";
import { statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isFailure } from "@/lib/core/errors";
import { isOutage } from "@/lib/core/outage";
import type { JobTable, Queue } from "./queue";

/** Tries what is due of a queue, a few together. How many were tried, and of how many the try did not fail. */
export async function doDueJobs<T extends JobTable>(context: Context, queue: Queue<T>): Promise<{ taken: number; done: number }> {
  const taken = await takeDueJobs(context, queue, queue.atOnce);
  const done = await Promise.all(taken.map((job) => tryJob(context, queue, job)));
  return { taken: taken.length, done: done.filter(Boolean).length };
}

/**
 * Takes jobs that are due by moving their time one lease ahead, so that several processes never work at one; a worker that
 * dies leaves it to be taken again. So each runs at least once, and `attempt` is made to be repeated.
 */
export async function takeDueJobs<T extends JobTable>({ db }: Context, { table, key, leaseSeconds }: Queue<T>, most: number): Promise<T["$inferSelect"][]> {
  const jobs: JobTable = table;
  const taking: object = { dueAt: sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`, tries: sql`${table.tries} + 1` };
  const due = db.select({ key }).from(jobs).where(lte(table.dueAt, statementTime)).orderBy(asc(table.dueAt)).limit(most).for("update", { skipLocked: true });
  // As an array: a subquery could be run again for each row, and then its limit is none.
  return db.update(jobs).set(taking).where(sql`${key} = any(array(${due}))`).returning();
}

/** One try; whether it did not fail. Never rejects. */
export async function tryJob<T extends JobTable>(context: Context, queue: Queue<T>, job: T["$inferSelect"]): Promise<boolean> {
  const tries = Number((job as { tries: unknown }).tries);
  const about = { queue: getTableName(queue.table), tries };
  try {
    const failed = await queue.attempt(context, job);
    if (!isFailure(failed)) return true;
    context.log.warn({ ...about, code: failed.failure }, "jobs: not done yet");
  } catch (error) {
    context.log[isOutage(error) ? "warn" : "error"]({ ...about, err: error }, "jobs: not done yet");
  }
  // Whatever fails here is repeated when the lease is over.
  const rest = tries >= (queue.lastTry ?? Number.POSITIVE_INFINITY) ? queue.giveUp?.(context, job) : putOff(context, queue, job, tries);
  await rest?.catch((error: unknown) => context.log.warn({ ...about, err: error }, "jobs: left to its lease"));
  return false;
}

/** Unless it is another worker's by now. With jitter, so that what failed together does not come back together. */
async function putOff<T extends JobTable>({ db }: Context, { table, key, pause }: Queue<T>, job: T["$inferSelect"], tries: number): Promise<void> {
  const seconds = Math.min(pause.first * pause.factor ** (tries - 1), pause.longest) * (0.8 + Math.random() * 0.4);
  const own = Object.entries(table as object).find(([, column]) => column === key)?.[0] ?? "";
  const jobs: JobTable = table;
  const later: object = { dueAt: sql`clock_timestamp() + make_interval(secs => ${seconds})` };
  await db.update(jobs).set(later).where(and(eq(key, (job as Record<string, unknown>)[own]), eq(table.tries, tries)));
}
