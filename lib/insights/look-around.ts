import { sql } from "drizzle-orm";
import { insightCounts, insightDays, insightPeople, passkeys, totpFactors, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { iso } from "@/lib/core/time";
import { type LastUse, listLastUses } from "@/lib/sessions/list-last-uses";
import { KEPT_DAYS } from "./day";

const BATCH = 1_000;
const EVERY = sql`interval '1 hour'`;
/** Longer than a look takes; until then nobody else looks. */
const TAKES = sql`interval '5 minutes'`;

/**
 * Once an hour, and first of all on a new day, by one process: looks at what leaves no trace of each day. Who only goes on
 * using a session signs in nowhere, and of factors and pictures there is no more than what is there now. What fails, or is killed,
 * is looked at again within minutes. Rejects with an outage.
 */
export async function lookAround(context: Context): Promise<void> {
  const zone = context.settings.TIME_ZONE;
  const [claimed] = await context.db.execute<{ day: string }>(sql`
    insert into ${insightDays} (day, zone, looked_at) values ((statement_timestamp() at time zone ${zone})::date, ${zone}, statement_timestamp() - ${EVERY} + ${TAKES})
    on conflict (day) do update set looked_at = excluded.looked_at
      where ${insightDays}.looked_at is null or ${insightDays}.looked_at not between statement_timestamp() - ${EVERY} and statement_timestamp()
    returning day::text`);
  if (!claimed) return;
  await noteUses(context);
  await noteState(context, claimed.day);
  await context.db.execute(sql`update ${insightDays} set looked_at = statement_timestamp() where day = ${claimed.day}::date`);
}

/** Accounts, their factors, and what their pictures weigh, as they are now; the last look of a day stands. */
async function noteState({ db }: Context, today: string): Promise<void> {
  await db.execute(sql`
    with factors as (
      select second_step, avatar_bytes, exists (select from ${totpFactors} where user_id = u.id and confirmed_at is not null) as totp, exists (select from ${passkeys} where user_id = u.id) as passkey
      from ${users} as u)
    insert into ${insightCounts} (figure, day, key, count)
    select figure, ${today}::date, key, count from (
      select count(*) as accounts, count(*) filter (where totp) as totp, count(*) filter (where passkey) as passkey, count(*) filter (where totp or (passkey and second_step)) as second_step,
        coalesce(sum(avatar_bytes), 0) as bytes, count(avatar_bytes) as pictures from factors) as state,
      lateral (values ('state', 'accounts', accounts), ('state', 'totp', totp), ('state', 'passkey', passkey), ('state', 'second_step', second_step), ('state', 'bytes', bytes), ('state', 'pictures', pictures)) as told (figure, key, count)
    on conflict (figure, day, key) do update set count = excluded.count`);
}

/**
 * Each open session's last use, as Redis knows it, makes a day of its user. A use that another one of the next day hid before it
 * was looked for is not seen: at midnight that takes a minute.
 */
async function noteUses(context: Context): Promise<void> {
  for (let after: string | null = null; ; ) {
    const uses: LastUse[] = await listLastUses(context, after, BATCH);
    after = uses.at(-1)?.sessionId ?? null;
    if (after === null) return;
    const used = uses.map(({ userId, at }) => sql`(${userId}::uuid, ${iso(at)}::timestamptz)`);
    await context.db.execute(sql`
      insert into ${insightPeople} (day, user_id)
      select distinct (at at time zone ${context.settings.TIME_ZONE})::date, user_id from (values ${sql.join(used, sql`, `)}) as used (user_id, at)
      where at >= statement_timestamp() - make_interval(hours => ${24 * KEPT_DAYS}) and exists (select from ${users} where id = user_id)
      on conflict do nothing`);
  }
}
