import { getTableName } from "drizzle-orm";
import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { takeDueJobs, tryJob } from "./do-due-jobs";
import type { Queue } from "./queue";

/** How often a process looks for what is due, milliseconds; a new row wakes all at once. */
const INTERVAL_MS = 5_000;
/** Each table of jobs says its name on it (the triggers of migration 0004). */
const CHANNEL = "latchkey_jobs";

/** Works at what is due, beside the requests, until stopped; no queue waits for another, and no job for one beside it. */
export function keepJobs(context: Context, listen: (channel: string, onNotice: (payload: string) => void) => { stop(): void }, queues: readonly Queue[]): { stop(): void } {
  const keepers = queues.map((queue) => ({ name: getTableName(queue.table), ...keepDoing(context, queue) }));
  const listening = listen(CHANNEL, (name) => keepers.find((keeper) => keeper.name === name)?.wake());
  return {
    stop() {
      listening.stop();
      for (const keeper of keepers) keeper.stop();
    },
  };
}

/** Takes what is due for as long as there is room, and looks again when woken, when a job has ended, and after the interval. */
function keepDoing(context: Context, queue: Queue): { wake(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let underWay = 0;
  let looking = false;
  let again = false;
  let stopped = false;
  let failing = false;
  const wake = () => void setImmediate(look);

  async function look(): Promise<void> {
    again = true;
    if (looking || stopped) return;
    looking = true;
    clearTimeout(timer);
    try {
      while (again && underWay < queue.atOnce && !stopped) {
        again = false;
        for (const job of await takeDueJobs(context, queue, queue.atOnce - underWay)) {
          again = true;
          underWay += 1;
          void tryJob(context, queue, job).finally(() => {
            underWay -= 1;
            wake();
          });
        }
      }
      failing = false;
    } catch (error) {
      if (!failing || !isOutage(error)) context.log[isOutage(error) ? "warn" : "error"]({ err: error, queue: getTableName(queue.table) }, "jobs: cannot look for what is due; trying again");
      failing = true;
    } finally {
      looking = false;
      if (!stopped) timer = setTimeout(look, INTERVAL_MS).unref();
    }
  }
  wake();
  return {
    wake,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
