import type { Context } from "@/lib/core/context";
import { isOutage } from "@/lib/core/outage";
import { putTombstones } from "../store/put-tombstones";
import type { Tombstone } from "../store/session-entry";
import { noteAcknowledged } from "./acknowledged-ends";
import type { MarkedSession } from "./mark-ended";
import { settleEnds } from "./settle-ends";

/** How many scripts go in one round trip: each trip must keep the deadline. */
const BATCH = 200;

/**
 * The second half of an end, after its COMMIT: puts the tombstones over a trusted connection and copies
 * the last uses into the ledger. Resolves with the tombstones once Redis has acknowledged all of them;
 * rejects with RedisDown otherwise, and replay finishes it.
 */
export async function finishEnds(context: Context, ended: readonly MarkedSession[]): Promise<Tombstone[]> {
  const tombstones: Tombstone[] = [];
  for (let start = 0; start < ended.length; start += BATCH) {
    const batch = ended.slice(start, start + BATCH);
    const put = await context.redis.ask(async (client, connection) => {
      const { tombstones, remembers } = await putTombstones(client, connection, batch);
      // Emptied under the open connection: replay finds the loss, and settles these ends as its own.
      if (!remembers) throw new Error("the watermark is missing");
      noteAcknowledged(connection, batch);
      return tombstones;
    });
    tombstones.push(...put);
    await settleEnds(context, batch, put, false).catch((error: unknown) => {
      // The end itself is acknowledged; replay copies what is not settled.
      if (!isOutage(error)) throw error;
      context.log.warn({ cause: String(error) }, "sessions: last use not copied yet");
    });
  }
  return tombstones;
}
