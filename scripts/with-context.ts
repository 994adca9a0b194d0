import type { Context } from "@/lib/core/context";
import { checkSettings } from "@/lib/platform/env";
import { openServices } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { Trouble } from "./trouble";

/** Does an operator's work as the system, on the servers that `env` names. */
export async function withContext<T>(env: NodeJS.ProcessEnv, work: (context: Context) => Promise<T>): Promise<T> {
  const { settings, problems } = checkSettings(env);
  if (!settings) throw new Trouble(["The settings are not right:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  const services = await openServices(settings);
  try {
    return await work(systemContext(services));
  } finally {
    await services.close();
  }
}
