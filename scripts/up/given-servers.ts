import { createClient } from "redis";
import { query } from "../servers/query";
import { Trouble } from "../trouble";

/** Fails in a sentence if the PostgreSQL of DATABASE_URL does not take a query. */
export async function reachPostgres(url: string): Promise<void> {
  try {
    await query(url, "select 1");
  } catch (error) {
    throw new Trouble(`PostgreSQL does not answer at DATABASE_URL (${new URL(url).host}: ${reason(error)}): start it, correct the address, or leave the setting out.`);
  }
}

/** The same for the Redis of REDIS_URL. */
export async function reachRedis(url: string): Promise<void> {
  const client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 3_000, reconnectStrategy: false } });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw new Trouble(`Redis does not answer at REDIS_URL (${new URL(url).host}: ${reason(error)}): start it, correct the address, or leave the setting out.`);
  } finally {
    setImmediate(() => client.isOpen && client.destroy());
  }
}

/** Never the address itself, which may hold a password. */
function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (message?.split("\n")[0] || code) ?? "no reason given";
}
