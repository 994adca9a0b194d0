import { sql } from "drizzle-orm";
import { outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { type Day, on } from "./day";
import { keepCounts } from "./keep-counts";
import { LATE_AFTER_SECONDS } from "./schema";

/** Mails handed over on a day, those of them that had waited, and those that were refused for good. A row stands for two days longer than its mail is good for. */
export async function countMails(tx: Context, day: Day): Promise<void> {
  const late = sql`sent_at > created_at + make_interval(secs => ${LATE_AFTER_SECONDS})`;
  await keepCounts(tx, day, sql`
    select 'mails', told.key, count(*) from ${outgoingMails},
      lateral (select 'sent' where ${on(day, sql`sent_at`)} union all select 'late' where ${on(day, sql`sent_at`)} and ${late} union all select 'refused' where ${on(day, sql`failed_at`)}) as told (key)
    group by told.key`);
}
