import type { Context } from "@/lib/core/context";
import { newSecret } from "@/lib/core/crypto";
import { checkSettings } from "@/lib/platform/env";
import { openServices } from "@/lib/platform/services";
import { systemContext } from "@/lib/platform/system-context";
import { Trouble } from "./trouble";
import { newEncryptionKey, newSigningKey } from "./up/new-keys";

/**
 * Does an operator's work as the system, on the servers that `env` names; it needs DATABASE_URL and REDIS_URL. What
 * `namesPages` needs APP_URL too; for others it is good for nothing.
 */
export async function withContext<T>(env: NodeJS.ProcessEnv, work: (context: Context) => Promise<T>, { namesPages = false } = {}): Promise<T> {
  const { settings, problems } = checkSettings({ ...env, ...nobodysKeys(env), ...(!namesPages && { APP_URL: "http://localhost" }) });
  if (!settings) throw new Trouble(["The settings are not right:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  const services = await openServices(settings);
  try {
    return await work(systemContext(services));
  } finally {
    await services.close();
  }
}

/** A command opens no cookie and signs no token. So it need not be told with what; these are good for nothing. */
function nobodysKeys({ ENCRYPTION_KEYS }: NodeJS.ProcessEnv) {
  return { SESSION_SECRETS: `1:${newSecret()}`, JWT_PRIVATE_KEYS: newSigningKey(), ENCRYPTION_KEYS: ENCRYPTION_KEYS || newEncryptionKey() };
}
