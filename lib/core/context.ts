import type { Database } from "@/db/client";
import type { Settings } from "@/lib/platform/env";
import type { Geo } from "@/lib/platform/geo";
import type { Log } from "@/lib/platform/log";
import type { Mailer } from "@/lib/platform/mailer";
import type { Redis } from "@/lib/platform/redis/redis";
import type { Storage } from "@/lib/platform/storage/storage";
import type { Clock } from "./time";

/** Who asks. Decided once, by a live session, at the door. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "system" }
  | UserActor;

export type UserActor = { kind: "user"; userId: string; sessionId: string };

/** What a request tells of itself; nothing here is trusted for a decision. */
export type RequestFacts = {
  id: string;
  /** The client's address as the socket or the trusted proxies give it; null outside a request. */
  address: string | null;
  userAgent: string;
  hints: ClientHints;
  /** Until when it is answered, whatever is frozen (of `performance.now()`); Infinity outside a request. */
  answerBy: number;
};

/** User-Agent Client Hints (Sec-CH-UA-…), unquoted; absent ones are null. */
export type ClientHints = {
  platform: string | null;
  platformVersion: string | null;
  model: string | null;
  mobile: boolean | null;
};

export type Context = {
  db: Database;
  redis: Redis;
  storage: Storage;
  /** Null where there is no mail (`SMTP_URL`). */
  mailer: Mailer | null;
  geo: Geo;
  clock: Clock;
  log: Log;
  settings: Settings;
  request: RequestFacts;
  actor: Actor;
};

/** A context whose actor is a signed-in user: an operation that needs one does not compile without. */
export type UserContext = Context & { actor: UserActor };
