import { createClient } from "redis";
import { newId } from "@/lib/core/ids";
import type { Servers } from "./bench-servers";
import { atMost, type Result } from "./result";

const COPIES = 10_000;

/** Redis' own memory for a session: what it grows by when a real record is written ten thousand times under new ids. */
export async function measureRedisMemory({ redisUrl }: Servers): Promise<Result[]> {
  const redis = createClient({ url: redisUrl });
  await redis.connect();
  try {
    const records: string[] = [];
    for await (const keys of redis.scanIterator({ MATCH: "session:*", COUNT: 500 })) for (const key of keys) records.push(key);
    const values = await redis.mGet(records);
    const record = values.find((value) => value?.includes('"secretHash"'));
    if (!record) throw new Error("no session record in Redis");
    const before = await memory();
    for (let written = 0; written < COPIES; written += 1_000) {
      await Promise.all(Array.from({ length: 1_000 }, () => redis.set(`session:{${newId()}}:${newId()}`, record, { expiration: { type: "EX", value: 1_800 } })));
    }
    return [atMost("Redis memory of a session", Math.round(((await memory()) - before) / COPIES), 700, "bytes")];
  } finally {
    await redis.close();
  }

  async function memory(): Promise<number> {
    return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
  }
}
