import { loadavg } from "node:os";
import { stopEverything } from "@/tests/support/stop-everything";
import { Trouble } from "@/scripts/trouble";
import { step } from "@/scripts/up/say";
import { measureAdminList } from "./admin-list";
import { startCopy, startServers } from "./bench-servers";
import { buildCopy } from "./build-copy";
import { measureDevicesPage } from "./devices-page";
import { measureFlood } from "./flood";
import { startLoader } from "./load";
import { measureRedisMemory } from "./redis-memory";
import { report } from "./report";
import type { Result } from "./result";
import { measureSessionEndpoint } from "./session-endpoint";
import { measureSignIn } from "./sign-in";
import { measureUploads } from "./uploads";

const LONGEST_MS = 8 * 60_000;
/** Also fills a database with a million sessions. */
const LARGE = "--large";
const LONGEST_LARGE_MS = 25 * 60_000;

const measures = {
  session: { what: "GET /api/auth/session against an empty route", measure: measureSessionEndpoint, settings: {} },
  "sign-in": { what: "Sign-ins against bare hashing", measure: measureSignIn, settings: {} },
  flood: { what: "Signed-in requests in a flood of sign-ins", measure: measureFlood, settings: {} },
  devices: { what: "Devices page at 1 and 100 sessions", measure: measureDevicesPage, settings: { MAX_CONCURRENT_SESSIONS: "1000" } },
  uploads: { what: "Uploads against bare sharp, and beside signed-in requests", measure: measureUploads, settings: {} },
  memory: { what: "Redis memory of a session", measure: measureRedisMemory, settings: null },
} as const;

/**
 * All measures, or those that are named; only all of them are written down. `--large` adds the lists of administrators
 * at a million sessions; alone it is only that. Nothing outside the loopback is touched.
 */
export async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !(arg in measures) && arg !== LARGE);
  if (unknown) throw new Trouble(`${unknown} is not known here: npm run bench takes ${Object.keys(measures).join(", ")}, ${LARGE}, or nothing for all but the last.`);
  const late = setTimeout(() => process.kill(process.pid, "SIGTERM"), args.includes(LARGE) ? LONGEST_LARGE_MS : LONGEST_MS);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stopEverything().then(() => process.exit(1)));
  const load = loadavg()[0] ?? 0;
  try {
    const results = await measureAll(args);
    report(results, { write: args.length === 0, load });
    return results.some(({ holds }) => holds === false) ? 1 : 0;
  } finally {
    clearTimeout(late);
    await stopEverything();
  }
}

async function measureAll(names: readonly string[]): Promise<Result[]> {
  const copy = await step("Build of a copy with an empty route (a minute when the sources changed)", buildCopy);
  if (names.includes(LARGE)) {
    const large = await step("Everyone's sessions at 1,000 and 1,000,000", () => measureAdminList(copy));
    const others = names.filter((name) => name !== LARGE);
    return others.length === 0 ? large : [...large, ...(await measureAll(others))];
  }
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
