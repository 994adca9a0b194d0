import { createDatabase, type Database } from "@/db/client";
import { listenTo } from "@/db/listen";
import { type Clock, systemClock } from "@/lib/core/time";
import { readSettings, type Settings } from "./env";
import { type Geo, openGeo } from "./geo";
import { createLog, type Log } from "./log";
import { type Mailer, openMailer } from "./mailer";
import { createRedis, type Redis } from "./redis/redis";
import { openStorage } from "./storage/open-storage";
import type { Storage } from "./storage/storage";

/** What a process holds once: pools, clients, databases. A context is these and a request. */
export type Services = { settings: Settings; db: Database; redis: Redis; storage: Storage; mailer: Mailer | null; geo: Geo; clock: Clock; log: Log; listen: Listen };

/** Hears what is said on a channel of PostgreSQL. */
export type Listen = (channel: string, onNotice: (payload: string) => void) => { stop(): void };

/** Opens everything that `settings` name. Connects lazily; nothing is asked of a server yet. */
export async function openServices(settings: Settings = readSettings()): Promise<Services & { close(): Promise<void> }> {
  const log = createLog(settings.LOG_LEVEL);
  const { db, close } = createDatabase(settings.DATABASE_URL);
  const redis = createRedis(settings.REDIS_URL, log, systemClock);
  const storage = await openStorage(settings);
  const mailer = openMailer(settings);
  return {
    settings,
    db,
    redis,
    log,
    storage,
    mailer,
    geo: await openGeo(settings.GEOIP_DATABASE),
    clock: systemClock,
    listen: (channel, onNotice) => listenTo(settings.DATABASE_URL, channel, onNotice),
    async close() {
      redis.close();
      storage.close();
      mailer?.close();
      await close();
    },
  };
}
