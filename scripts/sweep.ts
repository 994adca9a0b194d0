import { sweep } from "@/lib/sessions/ledger/sweep";
import { isOutage } from "@/lib/core/outage";
import { Trouble } from "./trouble";
import { commandEnvironment } from "./up/running";
import { trustRedis, withContext } from "./with-context";

/** One pass of the sweeper over every session that is due. The app does this by itself every few seconds. */
export async function main(): Promise<void> {
  await withContext(commandEnvironment(), async (context) => {
    try {
      await trustRedis(context);
      const { checked, expired } = await sweep(context);
      console.log(`${checked} sessions checked, ${expired} had expired.`);
    } catch (error) {
      if (isOutage(error)) throw new Trouble("Redis or PostgreSQL does not answer: nothing was swept; see /api/ready.");
      throw error;
    }
  });
}
