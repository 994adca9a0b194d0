import { sql } from "drizzle-orm";
import { events, insightFailures } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Day, on } from "./day";
import { forgetCounts, keepCounts } from "./keep-counts";

/** An event that stands for many, which were not written one by one, says for how many. */
const weight = sql`sum(coalesce((detail->>'leftOut')::int, 1))`;

/** An erased account's events go on saying that they were, but not from where: these would be counted twice, here and under no country. */
const COUNTRIES = ["countries", "failed_countries"] as const;

/**
 * What the audit log tells of a day: sign-ins with the rules that fired, failures, accounts, pictures. The events are put
 * together first, so that what comes after costs the same however many there were.
 */
export async function countEvents(tx: Context, day: Day): Promise<void> {
  const part = (figure: string, key: string, of: string) => sql.raw(`select '${figure}' as figure, ${key} as key, count from told where ${of}`);
  await forgetCounts(tx, day, COUNTRIES);
  await keepCounts(tx, day, sql`
    with told as (
      select type, country, to_char(at at time zone ${day.zone}, 'HH24') as hour, detail->>'what' as what, detail->>'reason' as reason, detail->>'source' as source,
        case when jsonb_typeof(detail->'rules') = 'array' then detail->'rules' end as rules, ${weight} as count
      from ${events}
      where ${on(day, sql`at`)} and type in ('sign_in.succeeded', 'sign_in.failed', 'sign_in.refused', 'request.refused', 'account.created', 'avatar.uploaded', 'avatar.regenerated', 'avatar.removed')
      group by 1, 2, 3, 4, 5, 6, 7)
    ${sql.join(
      [
        part("sign_ins", "''", "type = 'sign_in.succeeded'"),
        part("hours", "hour", "type = 'sign_in.succeeded'"),
        part("countries", "coalesce(country, '')", "type = 'sign_in.succeeded'"),
        sql`select 'rules', rule, count from told, jsonb_array_elements_text(rules) as rule where type = 'sign_in.succeeded'`,
        part("failures", "coalesce(what, '')", "type = 'sign_in.failed'"),
        part("failed_countries", "coalesce(country, '')", "type = 'sign_in.failed'"),
        part("refusals", "''", "type = 'sign_in.refused'"),
        part("accounts", "''", "type = 'account.created'"),
        part("pictures", "'uploaded'", "type = 'avatar.uploaded'"),
        part("pictures", "'gravatar'", "type = 'avatar.regenerated' and source = 'gravatar'"),
        part("pictures", "'provider'", "type = 'avatar.regenerated' and source = 'provider'"),
        part("pictures", "'removed'", "type = 'avatar.removed'"),
        part("refused_pictures", "coalesce(reason, '')", "type = 'request.refused' and what = 'picture'"),
      ],
      sql` union all `,
    )}`);
  await tx.db.execute(sql`
    insert into ${insightFailures} (day, user_id, count)
    select ${day.day}::date, user_id, ${weight} from ${events} where ${on(day, sql`at`)} and type = 'sign_in.failed' and user_id is not null group by user_id
    on conflict (day, user_id) do update set count = excluded.count where ${insightFailures}.count < excluded.count`);
}
