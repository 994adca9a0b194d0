import type { Context } from "@/lib/core/context";
import { keepTrust } from "./ledger/keep";

/** Replays once, so that this process may believe Redis: for an operator's command. Rejects when Redis or PostgreSQL does not answer. */
export async function trustRedis(context: Context): Promise<void> {
  const keeper = keepTrust(context);
  try {
    await keeper.once();
  } finally {
    keeper.stop();
  }
}
