import cluster from "node:cluster";
import { readSettings } from "@/lib/platform/env";
import { createLog } from "@/lib/platform/log";
import { serveAlone } from "./serve/serve-alone";
import { serveWorkers } from "./serve/serve-workers";

/** `--host address` listens there only; `--dev` compiles on the way and watches. */
export async function main(args: readonly string[]): Promise<void> {
  const settings = readSettings();
  const log = createLog(settings.LOG_LEVEL);
  const dev = args.includes("--dev");
  const host = args.includes("--host") ? args[args.indexOf("--host") + 1] : undefined;
  if (settings.WORKERS > 1 && cluster.isPrimary && !dev) return serveWorkers(settings.WORKERS, log);
  await serveAlone({ settings, log, host, dev });
}
