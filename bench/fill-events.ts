import { query } from "@/scripts/servers/query";
import type { Servers } from "./bench-servers";

const PEOPLE = 10_000;
/** From so many on the indexes are made afterwards, and nothing need survive a crash. */
const MANY = 1_000_000;

/** So many events on so many whole days before today. Each day has `values` kinds of them, in equal parts, and a tenth as many of sessions: what a day's figures have rows of. */
export type Fill = { events: number; days: number; values: number };

/**
 * Writes events straight into the audit log: of four kinds, three are sign-ins and one failed, each kind of an hour and a country
 * of its own as far as there are any, of ten thousand accounts; and for each tenth a session of the ledger, of two kinds one
 * ended. Two fills of the same days and values give the same rows of figures, whatever their numbers of events.
 */
export async function fillEvents({ databaseUrl }: Pick<Servers, "databaseUrl">, { events, days, values }: Fill): Promise<void> {
  const kinds = values / 10;
  const id = (number: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
  /** Day by day; `kind` counts round within each. */
  const spread = (count: number, of: number) =>
    `(select n, kind, (current_date - ${days} + day + make_interval(hours => kind % 24, secs => n * 7919 % 3600)) at time zone 'UTC' as at
      from generate_series(0, ${count - 1}::bigint) as n, lateral (select (n * ${days} / ${count})::int as day) as days, lateral (select ((n - (day::bigint * ${count} + ${days - 1}) / ${days}) % ${of})::int as kind) as kinds) as spread`;
  const fill = [
    "set local time zone 'UTC'",
    `insert into users (id, email, email_key, name, password_hash) select ${id("n")}, mail, mail, 'Person', 'none' from generate_series(0, ${PEOPLE - 1}) as n, lateral (select 'person.' || n || '@example.org' as mail) as mails`,
    `insert into devices (id, user_id, browser_id, derived_name, browser, os, kind, user_agent, first_seen_at)
       select ${id("n")}, ${id("n")}, gen_random_uuid(), 'n', (array['Firefox', 'Chrome', 'Safari', 'Edge'])[1 + kind % 4], (array['Linux', 'Windows', 'macOS'])[1 + kind % 3], 'desktop', 'n', at from ${spread(PEOPLE, kinds)}`,
    `insert into addresses (id, user_id, address) select ${id("n")}, ${id("n")}, '10.0.0.0' from generate_series(0, ${PEOPLE - 1}) as n`,
    // Foreign keys are not looked up ten million times.
    "set local session_replication_role = replica",
    `insert into events (id, user_id, type, at, actor, country, detail)
       select gen_random_uuid(), ${id(`n * 7919 % ${PEOPLE}`)}, case when kind % 4 = 0 then 'sign_in.failed' else 'sign_in.succeeded' end, at, 'user', chr(65 + kind % 26) || chr(65 + kind / 26 % 8),
         case kind % 8 when 0 then '{"what": "totp"}' when 1 then '{"rules": ["new_country"]}' else '{}' end::jsonb
       from ${spread(events, values)}`,
    // Whose devices are of the session's kind.
    `insert into sessions (id, user_id, device_id, address_id, client, secret_hash, ttl_seconds, created_at, last_seen_at, expires_at, absolute_expires_at, checked_at, check_due_at, ended_at, end_reason, end_recorded_at, end_settled)
       select gen_random_uuid(), someone, someone, someone, 'browser', 'none', 2592000, at, at, now() + interval '20 days', now() + interval '60 days', at, now() + interval '10 days', ended, case when ended is not null then 'signed_out' end, ended, ended is not null
       from ${spread(events / 10, kinds)}, lateral (select ${id(`kind + ${kinds} * (n * 7919 % ${Math.floor(PEOPLE / kinds)})`)} as someone, case when kind % 2 = 1 then at + make_interval(mins => 7 * kind) end as ended) as others`,
  ];
  const indexes = await query<{ name: string; definition: string }>(databaseUrl, "select indexname as name, indexdef as definition from pg_indexes where tablename in ('events', 'sessions') and indexname not like '%_pkey'");
  const isMany = events >= MANY;
  if (isMany) for (const setting of ["fsync = off", "max_wal_size = '8GB'"]) await query(databaseUrl, `alter system set ${setting}`);
  await query(databaseUrl, "select pg_reload_conf()");
  const around = isMany ? { before: indexes.map(({ name }) => `drop index ${name}`), after: ["set local maintenance_work_mem = '512MB'", ...indexes.map(({ definition }) => definition)] } : { before: [], after: [] };
  await query(databaseUrl, [...around.before, ...fill, ...around.after].join(";"));
  for (const table of ["users", "devices", "addresses", "events", "sessions"]) await query(databaseUrl, `vacuum analyze ${table}`);
}
