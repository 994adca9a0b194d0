import { query } from "@/scripts/servers/query";
import type { Servers } from "./bench-servers";

/** Every user has so many sessions, each on a device and from an address of its own. */
const EACH = 5;

/**
 * Writes `count` sessions of `count / 5` users straight into the ledger, four of five live, spread over a quarter
 * of a year, in the order in which they began, as a ledger grows; a few countries hold most of them and some hold hardly any. Redis knows none of them.
 */
export async function fillSessions({ databaseUrl }: Pick<Servers, "databaseUrl">, count: number): Promise<void> {
  const statements = [
    `create temporary table filled as
       select gen_random_uuid() as id, gen_random_uuid() as user_id, gen_random_uuid() as device_id, gen_random_uuid() as address_id, number, 0 as turn,
              clock_timestamp() - random() * interval '90 days' as began, random() as luck
       from generate_series(1, ${count / EACH}) as number`,
    `insert into filled
       select gen_random_uuid(), user_id, gen_random_uuid(), gen_random_uuid(), number, again, clock_timestamp() - random() * interval '90 days', random()
       from filled, generate_series(1, ${EACH - 1}) as again`,
    `insert into users (id, email, email_key, name, password_hash, created_at)
       select user_id, mail, mail, 'Person ' || number, 'none', clock_timestamp() - interval '100 days'
       from filled, lateral (select 'person.' || number || '@example.org' as mail) as mails where turn = 0`,
    `insert into devices (id, user_id, browser_id, derived_name, browser, os, kind, user_agent)
       select device_id, user_id, gen_random_uuid(), 'Firefox on Linux', 'Firefox', 'Linux',
              case when luck < 0.6 then 'desktop' when luck < 0.97 then 'mobile' when luck < 0.99999 then 'tablet' else 'unknown' end, 'Mozilla/5.0' from filled order by began`,
    `insert into addresses (id, user_id, address, country)
       select address_id, user_id, '10.0.0.0'::inet + (number * ${EACH} + turn),
              case when luck < 0.4 then 'DE' when luck < 0.7 then 'FR' when luck < 0.99 then 'US' when luck < 0.9999 then 'PT' else 'IS' end from filled order by began`,
    `insert into sessions (id, user_id, device_id, address_id, client, secret_hash, ttl_seconds, created_at, last_seen_at, expires_at, absolute_expires_at, checked_at, check_due_at, ended_at, end_reason, end_recorded_at, end_settled)
       select id, user_id, device_id, address_id, 'browser', id::text, case when ended then 1800 else 2592000 end, began, began, now() + interval '20 days', now() + interval '60 days', began, now() + interval '10 days',
              case when ended then began + interval '1 hour' end, case when ended then 'signed_out' end, case when ended then began + interval '1 hour' end, ended
       from filled, lateral (select luck * 1000 - floor(luck * 1000) < 0.2 as ended) as fates order by began`,
  ];
  await query(databaseUrl, statements.join(";"));
  for (const table of ["users", "devices", "addresses", "sessions"]) await query(databaseUrl, `vacuum analyze ${table}`);
}
