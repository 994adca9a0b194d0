import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { deleteDueObjects } from "./delete-due-objects";
import { fulfilDueRequests } from "./fulfil-due-requests";
import { avatarSleepers } from "./wake-avatars";

/** How often a process looks for what is due, milliseconds; work of its own wakes it at once. */
const INTERVAL_MS = 5_000;

/** Sees to wishes for a Gravatar and to queued deletions, beside the requests; neither waits for the other. */
export function keepAvatars(context: Context): { stop(): void } {
  const stops = [
    keepDoing(context, () => fulfilDueRequests(context)),
    keepDoing(context, async () => (await deleteDueObjects(context)).taken),
  ];
  return { stop: () => stops.forEach((stop) => stop()) };
}

/** Does `step` until it finds nothing to do, then again when woken or after the interval. */
function keepDoing(context: Context, step: () => Promise<number>): () => void {
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let again = false;
  let stopped = false;
  let failing = false;

  async function run(): Promise<void> {
    clearTimeout(timer);
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      do again = false;
      while (((await step()) > 0 || again) && !stopped);
      failing = false;
    } catch (error) {
      if (!isOutage(error)) context.log.error({ err: error }, "avatars: background work failed");
      else if (!failing) context.log.warn({ cause: String(error) }, "avatars: background work failed; trying again");
      failing = true;
    } finally {
      busy = false;
      if (!stopped) timer = setTimeout(run, INTERVAL_MS).unref();
    }
  }
  const wake = () => void setImmediate(run);
  avatarSleepers().add(wake);
  wake();
  return () => {
    stopped = true;
    clearTimeout(timer);
    avatarSleepers().delete(wake);
  };
}
