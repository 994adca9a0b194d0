import { checkSettings } from "@/lib/platform/env";
import { createAdministrator } from "./create-administrator";
import { fillDemo } from "./demo";
import { buildApp, keepBuild } from "./steps/build-app";
import { buildReference } from "./steps/build-reference";
import { migrateDatabase } from "./steps/migrate-database";
import { Trouble } from "./trouble";
import { choosePort } from "./up/choose-port";
import { dataFolder, postgresFolder, secretsIn } from "./up/data-folder";
import { noteRunning } from "./up/running";
import { step } from "./up/say";
import { databaseUrl, redisUrl, trialMail } from "./up/servers";
import { stopOnSignals } from "./up/signals";
import { isStopping, stopAll } from "./up/stack";
import { type App, startApp } from "./up/start-app";

/** Everything on one machine with one command; `--demo` fills in a made-up company, `--dev` watches the sources. */
export async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--demo" && arg !== "--dev");
  if (unknown) throw new Trouble(`${unknown} is not known here: npm run up takes --demo and --dev.`);
  const cancel = new AbortController();
  const interrupted = stopOnSignals(cancel);
  try {
    const app = await bringUp({ demo: args.includes("--demo"), dev: args.includes("--dev"), signal: cancel.signal });
    const code = await Promise.race([app.exited, interrupted]);
    if (!isStopping()) console.error("  ! The app ended by itself.");
    await stopAll();
    return code ?? 1;
  } catch (error) {
    await stopAll();
    if (cancel.signal.aborted) return 0;
    if (error instanceof Trouble) throw error;
    throw new Trouble(`Latchkey could not be started: ${(error as Error).message}`, { cause: error });
  }
}

async function bringUp({ demo, dev, signal }: { demo: boolean; dev: boolean; signal: AbortSignal }): Promise<App> {
  console.log("Starting Latchkey");
  const folder = dataFolder();
  const secrets = secretsIn(folder);
  const port = await choosePort();
  const local = !process.env.APP_URL;
  const env = {
    ...process.env,
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    APP_URL: process.env.APP_URL || `http://localhost:${port}`,
    SESSION_SECRETS: process.env.SESSION_SECRETS || secrets.session,
    ENCRYPTION_KEYS: process.env.ENCRYPTION_KEYS || secrets.encryption,
    JWT_PRIVATE_KEYS: process.env.JWT_PRIVATE_KEYS || secrets.jwt,
    DATA_DIR: folder,
    DATABASE_URL: process.env.DATABASE_URL || "postgres://not-started-yet",
    REDIS_URL: process.env.REDIS_URL || "redis://not-started-yet",
    SMTP_URL: process.env.SMTP_URL || "smtp://not-started-yet",
    MAIL_FROM: process.env.MAIL_FROM || (process.env.SMTP_URL ? "" : "accounts@latchkey.example"),
    LOG_LEVEL: process.env.LOG_LEVEL || "error",
  } satisfies NodeJS.ProcessEnv;
  const { problems } = checkSettings(env);
  if (problems.length > 0) throw new Trouble(["The settings are not right:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));

  env.DATABASE_URL = await databaseUrl(folder, secrets);
  signal.throwIfAborted();
  env.REDIS_URL = await redisUrl(folder, secrets);
  signal.throwIfAborted();
  const mail = await trialMail(folder);
  if (mail) env.SMTP_URL = mail.smtpUrl;
  signal.throwIfAborted();
  noteRunning(folder, env);
  await step("Database schema", () => migrateDatabase(env.DATABASE_URL));
  const administrator = process.env.ADMIN_EMAIL ? await createAdministrator(env, process.env.ADMIN_EMAIL) : null;
  const accounts = demo ? await step("Demo data", () => fillDemo(env)) : [];
  signal.throwIfAborted();
  const build = dev ? undefined : await step("Build of the app (a minute when the sources changed)", () => buildApp(signal));
  signal.throwIfAborted();
  if (build) keepBuild(build);
  else await step("API reference", () => buildReference(".next"));
  const serve = [...(local ? ["--host", "127.0.0.1"] : []), ...(dev ? ["--dev"] : [])];
  const app = await step("App", () => startApp({ ...env, BUILD_FOLDER: build }, serve));

  console.log(`\nLatchkey is ready: ${env.APP_URL}`);
  if (mail) console.log(`Its mail arrives here: ${mail.inboxUrl}`);
  for (const line of accounts) console.log(line);
  if (administrator !== null) console.log(administrator);
  const postgres = process.env.DATABASE_URL ? folder : postgresFolder(folder);
  console.log(`Data is in ${folder}${postgres.startsWith(folder) ? "" : `, PostgreSQL's in ${postgres} (its account cannot enter here)`}. Stop with Ctrl-C.\n`);
  return app;
}
