import { and, eq, sql } from "drizzle-orm";
import { exports } from "@/db/schema";
import type { Queue } from "@/lib/jobs/queue";
import { dropExport } from "./drop-export";
import { exportLease } from "./export-lease";
import { makeExport } from "./make-export";

/** Exports that are to be made, and files whose time is over. One at a time in a process. */
export const exportQueue: Queue<typeof exports> = {
  ...exportLease,
  atOnce: 1,
  pause: { first: 10, factor: 3, longest: 3_600 },
  lastTry: 8,
  attempt: (context, job) => (job.state === "making" ? makeExport(context, job) : dropExport(context, job)),
  /** Its owner can ask for another; what was written of it goes. */
  async giveUp({ db }, { id, tries }) {
    const later = sql`clock_timestamp() + interval '1 hour'`;
    await db.update(exports).set({ state: "gone", tries: 0, dueAt: later }).where(and(eq(exports.id, id), eq(exports.tries, tries)));
  },
};
