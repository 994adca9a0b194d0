import { join } from "node:path";
import { type MailServer, startMail } from "../servers/mail";
import { startPostgres } from "../servers/postgres";
import { startRedis } from "../servers/redis";
import { query } from "../servers/query";
import { postgresFolder, type Secrets } from "./data-folder";
import { reachPostgres, reachRedis } from "./given-servers";
import { keepRunning } from "./keep-running";
import { step } from "./say";

const DATABASE = "latchkey";

/** The given PostgreSQL, or one of the trial's own in the data folder. */
export async function databaseUrl(folder: string, secrets: Secrets): Promise<string> {
  if (process.env.DATABASE_URL) {
    await reachPostgres(process.env.DATABASE_URL);
    return process.env.DATABASE_URL;
  }
  const place = postgresFolder(folder);
  return step("PostgreSQL", async () => {
    const server = await keepRunning("PostgreSQL", (port) => startPostgres({ folder: place, password: secrets.postgres, port, settings: ["max_connections=200"] }));
    const [found] = await query(server.url(), "select 1 from pg_database where datname = $1", [DATABASE]);
    if (!found) await query(server.url(), `create database ${DATABASE}`);
    return server.url(DATABASE);
  });
}

/** The given Redis, or one of the trial's own. */
export async function redisUrl(folder: string, secrets: Secrets): Promise<string> {
  if (process.env.REDIS_URL) {
    await reachRedis(process.env.REDIS_URL.split(",")[0] as string);
    return process.env.REDIS_URL;
  }
  const settings = ["appendonly yes", "appendfsync everysec"];
  const server = await step("Redis", () => keepRunning("Redis", (port) => startRedis({ folder: join(folder, "redis"), password: secrets.redis, port, settings })));
  if (server.program === null) {
    console.log("    No redis-server or valkey-server (6.2 or newer) in the PATH: a small one in JavaScript stands in. It is for a trial only");
    console.log("    and forgets everything when it stops (nobody is signed out by that). On Debian: apt-get install redis-server");
  }
  return server.url;
}

/** A mail server of the trial's own, whose mail goes nowhere but into its inbox; null where one is given. */
export async function trialMail(folder: string): Promise<MailServer | null> {
  if (process.env.SMTP_URL) return null;
  let inboxPort: number | undefined;
  return step("Mail", () =>
    keepRunning("The mail server", async (port) => {
      const server = await startMail({ folder: join(folder, "mail"), port, inboxPort });
      ({ inboxPort } = server);
      return server;
    }),
  );
}
