import { eq, sql } from "drizzle-orm";
import { avatarDeletions, avatarRequests, users } from "@/db/schema";
import { deletionQueue } from "@/lib/avatars/deletion-queue";
import { avatarSizes } from "@/lib/avatars/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { avatarKey } from "@/lib/users/avatar-image";
import { contextOf } from "./context";
import { begin, makeUser, ownerOf } from "./sessions";

/** A signed-in user, without a picture and without a wish for one. */
export async function makeOwner(context: Context): Promise<UserContext> {
  return ownerOf(contextOf(context), await begin(context, await makeUser(context)));
}

export async function versionOf(context: Context, userId: string): Promise<string | null> {
  const [row] = await context.db.select({ version: users.avatarVersion }).from(users).where(eq(users.id, userId));
  return row?.version ?? null;
}

/** Everything that is stored for a user. */
export async function objectsOf(context: Context, userId: string): Promise<string[]> {
  const keys = [];
  for await (const { key } of context.storage.list(`avatars/${userId}/`)) keys.push(key);
  return keys.sort();
}

export function keysOf(userId: string, version: string | null): string[] {
  return version === null ? [] : avatarSizes.map((size) => avatarKey(userId, version, size)).sort();
}

/** Makes all that is queued due, and does it. */
export async function deleteAllQueued(context: Context): Promise<void> {
  await context.db.update(avatarDeletions).set({ dueAt: sql`clock_timestamp() - interval '1 second'` });
  while ((await doDueJobs(context, deletionQueue)).done > 0);
}

export async function makeRequestsDue(context: Context): Promise<void> {
  await context.db.update(avatarRequests).set({ dueAt: sql`clock_timestamp() - interval '1 second'` });
}
