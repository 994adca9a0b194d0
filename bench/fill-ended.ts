import { query } from "@/scripts/servers/query";
import type { Servers } from "./bench-servers";

const ID = "00000000-0000-4000-8000-000000000000";
/** From so many on the indexes are made afterwards, and nothing need survive a crash. */
const MANY = 1_000_000;

/**
 * Writes `count` ended sessions of one user straight into the ledger; `endedAt`: SQL of the n-th one's end. An hour's
 * idle time, signed out, not settled.
 */
export async function fillEnded({ databaseUrl }: Pick<Servers, "databaseUrl">, count: number, endedAt: string): Promise<void> {
  const fill = [
    `insert into users (id, email, email_key, name, password_hash) values ('${ID}', 'n', 'n', 'n', 'none') on conflict do nothing`,
    `insert into devices (id, user_id, browser_id, derived_name, browser, os, kind, user_agent) values ('${ID}', '${ID}', '${ID}', 'n', 'n', 'n', 'desktop', 'n') on conflict do nothing`,
    `insert into addresses (id, user_id, address) values ('${ID}', '${ID}', '10.0.0.0') on conflict do nothing`,
    // Foreign keys are not looked up ten million times.
    "set local session_replication_role = replica",
    `insert into sessions (id, user_id, device_id, address_id, client, secret_hash, ttl_seconds, created_at, last_seen_at, expires_at, absolute_expires_at, checked_at, check_due_at, ended_at, end_reason, end_recorded_at)
       select gen_random_uuid(), '${ID}', '${ID}', '${ID}', 'browser', 'none', 3600, at - interval '1 hour', at, at + interval '1 hour', at + interval '30 days', at, at, at, 'signed_out', at
       from (select ${endedAt} as at from generate_series(1, ${count}) as n) as ends`,
  ];
  if (count < MANY) return void (await query(databaseUrl, fill.join(";")));
  const indexes = await query<{ name: string; definition: string }>(
    databaseUrl,
    "select indexname as name, indexdef as definition from pg_indexes where tablename = 'sessions' and indexname <> 'sessions_pkey'",
  );
  await query(databaseUrl, "alter system set fsync = off");
  await query(databaseUrl, "alter system set max_wal_size = '8GB'");
  await query(databaseUrl, "select pg_reload_conf()");
  await query(databaseUrl, [...indexes.map(({ name }) => `drop index ${name}`), ...fill, "set local maintenance_work_mem = '512MB'", ...indexes.map(({ definition }) => definition)].join(";"));
}
