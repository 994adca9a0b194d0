import { inArray } from "drizzle-orm";
import { exports } from "@/db/schema";
import type { Context } from "@/lib/core/context";

/** No try that is under way writes nothing for so long. */
const AGE_MS = 60 * 60 * 1000;
const BATCH = 500;
/** No other object is touched, should the bucket be shared. */
const OURS = /^exports\/[0-9a-f-]{36}\/([0-9a-f-]{36})\/[\w-]+\.zip$/;

/** Removes files of exports that no export names, older than an hour: what a stalled worker wrote after all. How many. Rejects when storage or PostgreSQL does not answer. */
export async function sweepExports(context: Context): Promise<number> {
  let strays = 0;
  let batch: { key: string; id: string }[] = [];
  for await (const { key, modifiedAt } of context.storage.list("exports/")) {
    const id = OURS.exec(key)?.[1];
    if (!id || context.clock.now() - modifiedAt.getTime() < AGE_MS) continue;
    if (batch.push({ key, id }) < BATCH) continue;
    strays += await removeStrays(context, batch);
    batch = [];
  }
  return strays + (await removeStrays(context, batch));
}

async function removeStrays({ db, storage }: Context, found: readonly { key: string; id: string }[]): Promise<number> {
  if (found.length === 0) return 0;
  const rows = await db.select({ object: exports.object }).from(exports).where(inArray(exports.id, found.map(({ id }) => id)));
  const named = new Set(rows.map(({ object }) => object));
  const strays = found.filter(({ key }) => !named.has(key));
  for (const { key } of strays) await storage.delete(key);
  return strays.length;
}
