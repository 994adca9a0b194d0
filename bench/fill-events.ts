import { query } from "@/scripts/servers/query";
import type { Servers } from "./bench-servers";

const PEOPLE = 10_000;
/** From so many on the indexes are made afterwards, and nothing need survive a crash. */
const MANY = 1_000_000;

/**
 * Writes `count` events of a year straight into the audit log: of four, three are sign-ins and one failed, from two dozen
 * countries, of ten thousand accounts; and for each tenth a session of the ledger, one in three of them ended.
 */
export async function fillEvents({ databaseUrl }: Pick<Servers, "databaseUrl">, count: number): Promise<void> {
  const id = (number: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
  const fill = [
    `insert into users (id, email, email_key, name, password_hash) select ${id("n")}, mail, mail, 'Person', 'none' from generate_series(1, ${PEOPLE}) as n, lateral (select 'person.' || n || '@example.org' as mail) as mails`,
    `insert into devices (id, user_id, browser_id, derived_name, browser, os, kind, user_agent, first_seen_at)
       select ${id("n")}, ${id("n")}, gen_random_uuid(), 'n', (array['Firefox', 'Chrome', 'Safari', 'Edge'])[1 + n % 4], (array['Linux', 'Windows', 'macOS'])[1 + n % 3], 'desktop', 'n', now() - random() * interval '365 days' from generate_series(1, ${PEOPLE}) as n`,
    `insert into addresses (id, user_id, address) select ${id("n")}, ${id("n")}, '10.0.0.0' from generate_series(1, ${PEOPLE}) as n`,
    // Foreign keys are not looked up ten million times.
    "set local session_replication_role = replica",
    `insert into events (id, user_id, type, at, actor, country)
       select gen_random_uuid(), ${id(`1 + (n * 7919) % ${PEOPLE}`)}, case when n % 4 = 0 then 'sign_in.failed' else 'sign_in.succeeded' end, now() - interval '365 days' * (${count} - n) / ${count}, 'user', chr(65 + (n % 6)::int) || chr(65 + (n % 4)::int)
       from generate_series(1, ${count}::bigint) as n`,
    `insert into sessions (id, user_id, device_id, address_id, client, secret_hash, ttl_seconds, created_at, last_seen_at, expires_at, absolute_expires_at, checked_at, check_due_at, ended_at, end_reason, end_recorded_at, end_settled)
       select gen_random_uuid(), someone, someone, someone, 'browser', 'none', 2592000, at, at, now() + interval '20 days', now() + interval '60 days', at, now() + interval '10 days', ended, case when ended is not null then 'signed_out' end, ended, ended is not null
       from (select ${id(`1 + (n * 7919) % ${PEOPLE}`)} as someone, at, case when n % 3 = 0 then least(now(), at + interval '1 hour' * (1 + n % 9)) end as ended
         from generate_series(1, ${Math.ceil(count / 10)}::bigint) as n, lateral (select now() - interval '365 days' * (${count / 10} - n) / ${count / 10} as at) as times) as begun`,
  ];
  const indexes = await query<{ name: string; definition: string }>(databaseUrl, "select indexname as name, indexdef as definition from pg_indexes where tablename in ('events', 'sessions') and indexname not like '%_pkey'");
  const isMany = count >= MANY;
  if (isMany) for (const setting of ["fsync = off", "max_wal_size = '8GB'"]) await query(databaseUrl, `alter system set ${setting}`);
  await query(databaseUrl, "select pg_reload_conf()");
  const around = isMany ? { before: indexes.map(({ name }) => `drop index ${name}`), after: ["set local maintenance_work_mem = '512MB'", ...indexes.map(({ definition }) => definition)] } : { before: [], after: [] };
  await query(databaseUrl, [...around.before, ...fill, ...around.after].join(";"));
  for (const table of ["users", "devices", "addresses", "events", "sessions"]) await query(databaseUrl, `vacuum analyze ${table}`);
}
