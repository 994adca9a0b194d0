import cluster from "node:cluster";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSettings } from "@/lib/platform/env";
import { createLog, type Log } from "@/lib/platform/log";
import { createAdministrator } from "./create-administrator";
import { keepSender } from "./serve/keep-sender";
import { serveAlone } from "./serve/serve-alone";
import { serveWorkers } from "./serve/serve-workers";
import { Trouble } from "./trouble";

/** `--host address` listens there only; `--dev` compiles on the way and watches. */
export async function main(args: readonly string[]): Promise<void> {
  const settings = readSettings();
  const dev = args.includes("--dev");
  if (!dev && !existsSync(join(settings.BUILD_FOLDER, "BUILD_ID"))) throw new Trouble("There is no build here: run `npm run build` first.");
  const log = createLog(settings.LOG_LEVEL);
  const host = args.includes("--host") ? args[args.indexOf("--host") + 1] : undefined;
  if (settings.ADMIN_EMAIL && cluster.isPrimary) void makeAdministrator(settings.ADMIN_EMAIL, log);
  const drains = settings.SMTP_URL && cluster.isPrimary ? keepSender(log) : () => {};
  if (settings.WORKERS > 1 && cluster.isPrimary && !dev) return serveWorkers(settings.WORKERS, settings.DRAIN_SECONDS, log, drains);
  await serveAlone({ settings, log, host, dev, drains });
}

/** PostgreSQL may come up after us; the app answers meanwhile. */
async function makeAdministrator(email: string, log: Log): Promise<void> {
  for (;;) {
    try {
      const said = await createAdministrator(process.env, email);
      if (said !== null) console.log(said);
      return;
    } catch (error) {
      log.warn({ cause: String(error) }, "the administrator's account could not be made yet");
      if (error instanceof Trouble) return;
      await sleep(5_000);
    }
  }
}
