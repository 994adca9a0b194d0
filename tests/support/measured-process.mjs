/** Loaded into an app (`--import`): at SIGUSR2 it says on standard output what it holds, once its garbage is collected. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  process.on("SIGUSR2", () => {
    for (let times = 0; times < 3; times++) collect();
    const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    console.log(`measured ${JSON.stringify({ timers, heap: process.memoryUsage().heapUsed })}`);
  });
}
