import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import type { AdminContext } from "@/lib/access/require-permission";
import { readInsights } from "@/lib/insights/read-insights";
import type { InsightDays } from "@/lib/insights/schema";
import { checkSettings } from "@/lib/platform/env";
import { openServices } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { testSettings } from "@/tests/support/test-settings";
import type { Servers } from "./bench-servers";

/** What the figures of a page cost PostgreSQL, which no other work on the machine changes: statements, and pages of 8 kB that they look at. */
export type ReadCosts = { statements: number; pages: number };

type Plan = { "Shared Hit Blocks": number; "Shared Read Blocks": number };

/** Reads the figures as the page does, and has each statement explained as it runs. */
export async function readCosts({ databaseUrl, redisUrl, folder }: Servers, days: InsightDays): Promise<ReadCosts> {
  const { settings } = checkSettings({ ...testSettings, LOG_LEVEL: "silent", DATA_DIR: join(folder, "data"), DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
  if (!settings) throw new Error("the settings do not do");
  const services = await openServices(settings);
  const costs = { statements: 0, pages: 0 };
  const execute = async (statement: SQL) => {
    const [explained] = await services.db.execute<{ "QUERY PLAN": { Plan: Plan }[] }>(sql`explain (analyze, buffers, format json) ${statement}`);
    const plan = explained?.["QUERY PLAN"][0]?.Plan;
    costs.statements++;
    costs.pages += (plan?.["Shared Hit Blocks"] ?? Number.NaN) + (plan?.["Shared Read Blocks"] ?? Number.NaN);
    return services.db.execute(statement);
  };
  const db = new Proxy(services.db, { get: (target, name) => (name === "execute" ? execute : (Reflect.get(target, name) as unknown)) });
  const reader: AdminContext<"insights.read"> = { ...systemContext({ ...services, db }), actor: { kind: "user", userId: "", sessionId: "" }, permission: "insights.read", held: new Set(["insights.read", "users.read"]) };
  await readInsights(reader, { days });
  await services.close();
  return costs;
}
