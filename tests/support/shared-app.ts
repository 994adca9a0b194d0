import { newDatabase } from "./new-database";
import { startApp, type TestApp, unnamedFailures } from "./start-app";
import { atEnd, outlivingFiles } from "./stop-everything";
import { startTestRedis, type TestRedis } from "./test-redis";

export type SharedApp = { app: TestApp; databaseUrl: string; redis: TestRedis };

let shared: Promise<SharedApp> | null = null;

/**
 * An app with the settings of every test, for files that need one with accounts of their own: the files of a process share it, its
 * database and its Redis. Not for those that look at whole tables, count statements, or harm it. No limit knows anybody yet, and
 * what it has said before is not told.
 */
export async function sharedApp(): Promise<SharedApp> {
  shared ??= outlivingFiles(start);
  const { app, databaseUrl, redis } = await shared;
  await forgetLimits(redis);
  const before = app.output().length;
  const output = () => app.output().slice(before);
  atEnd(async () => {
    const unnamed = unnamedFailures(output());
    if (unnamed.length > 0) throw new Error(unnamed.join("\n"));
  });
  return { app: { ...app, output }, databaseUrl, redis };
}

async function start(): Promise<SharedApp> {
  const [databaseUrl, redis] = [await newDatabase(), await startTestRedis()];
  return { app: await startApp({ env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url } }), databaseUrl, redis };
}

/** Everybody comes from one address. */
async function forgetLimits(redis: TestRedis): Promise<void> {
  await redis.command("EVAL", "for _, key in ipairs(redis.call('KEYS', 'limit:*')) do redis.call('DEL', key) end", "0");
}
