import { join } from "node:path";
import { freePort } from "@/scripts/servers/free-port";
import { startGuarded } from "@/scripts/servers/guarded-process";
import { query } from "@/scripts/servers/query";
import { atEnd } from "@/tests/support/stop-everything";
import { type RunningApp, type Servers, untilReady } from "../bench-servers";
import { NEXT } from "./build-better-auth";

/** Where it keeps its things: on the same servers as Latchkey, a database of its own on each. */
export type Places = { DATABASE_URL: string; REDIS_URL: string };

export async function makePlaces({ databaseUrl, redisUrl }: Servers): Promise<Places> {
  await query(databaseUrl, "create database better_auth");
  const database = new URL(databaseUrl);
  database.pathname = "better_auth";
  return { DATABASE_URL: database.href, REDIS_URL: `${redisUrl}/1` };
}

/** The built better-auth application, as `npm start` of any Next app starts it. It makes its tables by itself. */
export async function startBetterAuth(built: string, { folder }: Servers, settings: Places & { COOKIE_CACHE: "on" | "off" }): Promise<RunningApp> {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const server = startGuarded({
    command: process.execPath,
    args: [NEXT, "start", "--hostname", "127.0.0.1", "--port", String(port)],
    log: join(folder, "better-auth.log"),
    stopSignal: "TERM",
    cwd: built,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      BETTER_AUTH_TELEMETRY: "0",
      BETTER_AUTH_URL: origin,
      BETTER_AUTH_SECRET: "public here and nowhere else, as long as it asks for",
      ...settings,
    },
  });
  let hasEnded = false;
  void server.exited.then(() => (hasEnded = true));
  atEnd(() => server.stop());
  await untilReady(origin, "/api/auth/ok", () => hasEnded);
  return { port, origin, stop: () => server.stop() };
}
