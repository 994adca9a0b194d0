import { and, eq, isNotNull, sql } from "drizzle-orm";
import { exports } from "@/db/schema";
import type { Context, UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { doDueJobs } from "@/lib/jobs/do-due-jobs";
import { askForExport } from "@/lib/leaving/ask-for-export";
import { exportQueue } from "@/lib/leaving/export-queue";
import { listExports } from "@/lib/leaving/list-exports";
import { readExport } from "@/lib/leaving/read-export";
import type { Export } from "@/lib/leaving/schema";
import { good } from "@/tests/integration/auth/factors";

/** Works at the exports until none is due. */
export async function makeExports(context: Context): Promise<void> {
  while ((await doDueJobs(context, exportQueue)).taken > 0);
}

/** An export of the caller, made. */
export async function madeExport(user: UserContext, secret: string): Promise<Export> {
  const { id } = good(await askForExport(user, { secret }));
  await makeExports(user);
  return (await exportsOf(user)).find((made) => made.id === id) as Export;
}

export async function exportsOf(user: UserContext): Promise<Export[]> {
  return good(await listExports(user, { limit: 50 })).items;
}

/** The whole file. */
export async function downloaded(user: UserContext, id: string, secret: string): Promise<Buffer | Failure> {
  const file = await readExport(user, id, { secret });
  if (isFailure(file)) return file;
  const pieces: Uint8Array[] = [];
  for await (const piece of file.pieces) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What of the caller's waits for its time is due now. */
export async function makeDue({ db, actor }: UserContext): Promise<void> {
  await db.update(exports).set({ dueAt: sql`clock_timestamp() - interval '1 second'` }).where(and(eq(exports.userId, actor.userId), isNotNull(exports.dueAt)));
}

/** `count` events of an account, of more than 400 bytes each as they are exported, a third of it by chance. */
export async function fillEvents({ db }: Context, userId: string, count: number): Promise<void> {
  const name = sql`translate(encode(sha512(convert_to(gen_random_uuid()::text, 'UTF8')), 'base64'), E'\n', '')`;
  for (let from = 0; from < count; from += 20_000) {
    await db.execute(sql`
      insert into events (id, user_id, type, at, actor, actor_user_id, address, detail)
      select gen_random_uuid(), ${userId}, 'profile.changed', now() - interval '300 days' + make_interval(secs => n), 'user', ${userId}, '192.0.2.1', jsonb_build_object('name', jsonb_build_object('from', ${name}, 'to', ${name}))
      from generate_series(${from}::int, ${Math.min(count, from + 20_000) - 1}::int) n`);
  }
}

export async function objectsBelow({ storage }: Context, prefix: string): Promise<string[]> {
  const keys = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys.sort();
}
