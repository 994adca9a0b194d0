import { step } from "@/scripts/up/say";
import { startCopy, startServers } from "./bench-servers";
import { measureDevicesPage } from "./devices-page";
import { measureFlood } from "./flood";
import { startLoader } from "./load";
import { measureRedisMemory } from "./redis-memory";
import type { Result } from "./result";
import { measureSessionEndpoint } from "./session-endpoint";
import { measureSignIn } from "./sign-in";
import { measureUploads } from "./uploads";

export const measures = {
  session: { what: "GET /api/auth/session against an empty route", measure: measureSessionEndpoint, settings: {} },
  "sign-in": { what: "Sign-ins against bare hashing", measure: measureSignIn, settings: {} },
  flood: { what: "Signed-in requests in a flood of sign-ins", measure: measureFlood, settings: {} },
  devices: { what: "Devices page at 1 and 100 sessions", measure: measureDevicesPage, settings: { MAX_CONCURRENT_SESSIONS: "1000" } },
  uploads: { what: "Uploads against bare sharp, and beside signed-in requests", measure: measureUploads, settings: {} },
  memory: { what: "Redis memory of a session", measure: measureRedisMemory, settings: null },
} as const;

/** The named measures, or all, each in an app of its own on the same servers. */
export async function takeMeasures(copy: string, names: readonly string[]): Promise<Result[]> {
  const servers = await step("PostgreSQL and Redis", startServers);
  const results: Result[] = [];
  for (const [name, { what, measure, settings }] of Object.entries(measures)) {
    if (names.length > 0 && !names.includes(name)) continue;
    results.push(...(await step(what, async () => {
      if (settings === null) return measure(servers);
      const app = await startCopy(copy, servers, settings);
      const measured = await measure(servers, app, startLoader(app.port));
      await app.stop();
      return measured;
    })));
  }
  return results;
}
