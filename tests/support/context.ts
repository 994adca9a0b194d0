import { join } from "node:path";
import type { Context, RequestFacts } from "@/lib/core/context";
import { checkSettings } from "@/lib/platform/env";
import { openServices, type Services } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { newDatabase } from "./new-database";
import { atEnd } from "./stop-everything";
import { makeTemporaryFolder } from "./temporary-folder";
import { startTestRedis, type TestRedis } from "./test-redis";
import { testSettings } from "./test-settings";

export type TestWorld = {
  services: Services;
  /** Acts as the system; `contextOf` narrows it to a visitor's request. */
  context: Context;
  redis: TestRedis;
  databaseUrl: string;
};

/** Real services on a database and a Redis of their own. Redis is not trusted until the ledger's replay has run. */
export async function openTestWorld(env: Record<string, string> = {}): Promise<TestWorld> {
  const databaseUrl = env.DATABASE_URL ?? (await newDatabase());
  const redis = await startTestRedis();
  const services = await openTestServices({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, ...env });
  return { services, context: systemContext(services), redis, databaseUrl };
}

/** A process's services, as a second instance of the app has them. */
export async function openTestServices(env: Record<string, string>): Promise<Services> {
  const { folder, remove } = await makeTemporaryFolder();
  const { settings, problems } = checkSettings({ ...testSettings, LOG_LEVEL: "silent", DATA_DIR: join(folder, "data"), ...env });
  if (!settings) throw new Error(problems.join("\n"));
  const services = await openServices(settings);
  atEnd(async () => {
    await services.close();
    await remove();
  });
  return services;
}

/** The context of somebody's request, signed in or not. */
export function contextOf(context: Context, request: Partial<RequestFacts> = {}, actor: Context["actor"] = { kind: "anonymous" }): Context {
  return { ...context, actor, request: { ...context.request, id: "test", address: "192.0.2.1", userAgent: "", ...request } };
}
