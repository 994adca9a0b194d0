import { inArray } from "drizzle-orm";
import { avatarDeletions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { deletionQueue } from "./deletion-queue";

/** No upload is under way for so long, and no clock of a storage so wrong. */
const AGE_MS = 60 * 60 * 1000;
const BATCH = 500;
/** No other object is touched, should the bucket be shared. */
const OURS = /^avatars\/([0-9a-f-]{36})\/([0-9a-f-]{36})-(?:small|medium|large)\.webp$/;

/**
 * Deletes what is due, then looks at every object stored: one older than an hour whose version nobody shows and
 * no queue names is a stray, and is removed. How many of each. Rejects when storage or PostgreSQL does not answer.
 */
export async function sweepAvatars(context: Context): Promise<{ versions: number; strays: number }> {
  let versions = 0;
  for (let step = await doDueJobs(context, deletionQueue); step.done > 0; step = await doDueJobs(context, deletionQueue)) versions += step.done;
  let strays = 0;
  let batch: Found[] = [];
  for await (const { key, modifiedAt } of context.storage.list("avatars/")) {
    const [, userId, version] = OURS.exec(key) ?? [];
    if (!userId || !version || context.clock.now() - modifiedAt.getTime() < AGE_MS) continue;
    if (batch.push({ key, userId, version }) < BATCH) continue;
    strays += await removeStrays(context, batch);
    batch = [];
  }
  return { versions, strays: strays + (await removeStrays(context, batch)) };
}

type Found = { key: string; userId: string; version: string };

async function removeStrays(context: Context, found: readonly Found[]): Promise<number> {
  if (found.length === 0) return 0;
  const owners = [...new Set(found.map(({ userId }) => userId))];
  const versions = [...new Set(found.map(({ version }) => version))];
  const shown = await context.db.select({ version: users.avatarVersion }).from(users).where(inArray(users.id, owners));
  const queued = await context.db.select({ version: avatarDeletions.version }).from(avatarDeletions).where(inArray(avatarDeletions.version, versions));
  const known = new Set([...shown, ...queued].map(({ version }) => version));
  const strays = found.filter(({ version }) => !known.has(version));
  for (const { key } of strays) await context.storage.delete(key);
  return strays.length;
}
