import { redisStorage } from "@better-auth/redis-storage";
import { betterAuth } from "better-auth";
import { Redis } from "ioredis";
import { Pool } from "pg";

/**
 * better-auth as its documentation sets it up for production: PostgreSQL by pg's pool with joins on ("Adapters, PostgreSQL"),
 * sessions in Redis by its own storage ("Database, Secondary storage"), and, where COOKIE_CACHE says so, its cookie cache
 * ("Optimizing for performance"). Passwords are hashed as it does by itself: scrypt, N 16384, r 16, p 1.
 */
export const auth = betterAuth({
  // As many connections as Latchkey's pool has.
  database: new Pool({ connectionString: process.env.DATABASE_URL, max: 20 }),
  advanced: { database: { joins: true } },
  // Lazily: a build loads this file too.
  secondaryStorage: redisStorage({ client: new Redis(process.env.REDIS_URL ?? "", { lazyConnect: true }) }),
  session: { cookieCache: { enabled: process.env.COOKIE_CACHE === "on", maxAge: 5 * 60 } },
  emailAndPassword: { enabled: true },
  // In production it lets an address ask a hundred times in ten seconds, and all the load comes from one.
  rateLimit: { enabled: false },
});
