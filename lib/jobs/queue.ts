import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { Context } from "@/lib/core/context";
import type { Failure } from "@/lib/core/errors";

/** A row is a job from its INSERT until its work is done; one without a due time never is one. */
export type JobTable = PgTable & { dueAt: PgColumn; tries: PgColumn };

/** A kind of work beside the requests, kept in a table, so that it outlives whoever is at it. */
export type Queue<T extends JobTable = JobTable> = {
  table: T;
  /** The primary key's column, and what it is called in a row. */
  key: PgColumn & { name: string };
  /** How many are worked at together. */
  atOnce: number;
  /** Longer than one try can take, seconds: a job whose worker died is another's after it. */
  leaseSeconds: number;
  /** The pause after the first try, seconds, by how much each is longer than the one before, and the longest. */
  pause: { first: number; factor: number; longest: number };
  /** The try after which it is given up, unless it is to be tried for ever. */
  lastTry?: number;
  /**
   * One try. Takes the row away or changes its time in the transaction of whatever it does, under a condition that
   * whoever has taken the job back breaks. What it throws or returns as a failure is a try that failed.
   */
  attempt(context: Context, job: T["$inferSelect"]): Promise<Failure | void>;
  /** After the last try. */
  giveUp?(context: Context, job: T["$inferSelect"]): Promise<void>;
};
