import { test } from "vitest";
import { sql } from "drizzle-orm";
import { writeFileSync } from "node:fs";
import { fillEvents } from "@/bench/fill-events";
import { readInsights } from "@/lib/insights/read-insights";
import { rollUp } from "@/lib/insights/roll-up";
import { query } from "@/scripts/servers/query";
import { openTestWorld } from "@/tests/support/context";
import { holding, userOf } from "@/tests/support/administrators";
import { trust } from "@/tests/support/sessions";
test("large", async () => {
  let log = "";
  for (const count of [1_000, 1_000_000]) {
    const { context, databaseUrl } = await openTestWorld();
    await trust(context);
    const { caller } = await userOf(context, "ADMIN");
    const reader = await holding(caller, "insights.read");
    let t = performance.now();
    await fillEvents({ databaseUrl }, count);
    log += `${count}: filled ${Math.round(performance.now() - t)} ms\n`;
    t = performance.now();
    const days = await rollUp(context);
    log += `rolled ${days} days in ${Math.round(performance.now() - t)} ms\n`;
    t = performance.now();
    await rollUp(context);
    log += `today again ${Math.round(performance.now() - t)} ms\n`;
    for (const days of [7, 30, 365] as const) {
      const times = [];
      for (let i = 0; i < 15; i++) { t = performance.now(); await readInsights(reader, { days }); times.push(performance.now() - t); }
      log += `read ${days}: ${times.sort((a, b) => a - b)[7]?.toFixed(1)} ms\n`;
    }
    const [rows] = await query(databaseUrl, "select count(*)::int from insight_counts");
    log += JSON.stringify(rows) + "\n";
    const day = "current_date - 1";
    for (const statement of [
      `select figure, key, sum(count) from insight_counts where day >= current_date - 729 and day <= current_date and figure not in ('state','live','hours') group by figure, key`,
      `select type, country, to_char(at at time zone 'UTC', 'HH24') as hour, detail->>'what' as what, sum(coalesce((detail->>'leftOut')::int, 1)) from events where at >= ${day} and at < current_date and type in ('sign_in.succeeded', 'sign_in.failed', 'sign_in.refused', 'request.refused', 'account.created', 'avatar.uploaded', 'avatar.regenerated', 'avatar.removed') group by 1,2,3,4`,
      `select count(*) from (select id, user_id, device_id, client from sessions where ended_at is null and created_at >= ${day} and created_at < current_date union all select id, user_id, device_id, client from sessions where ended_at is not null and created_at >= ${day} and created_at < current_date) as begun`,
      `select end_reason, count(*) from sessions where end_recorded_at >= ${day} and end_recorded_at < current_date + interval '48 hours' group by 1`,
      `select count(*) from sessions where ended_at is null and created_at < now()`,
    ]) log += (await query<{ "QUERY PLAN": string }>(databaseUrl, `explain (analyze, costs off, summary off, buffers off) ${statement}`)).map((row) => row["QUERY PLAN"]).join("\n") + "\n\n";
    writeFileSync("/var/tmp/wt/tmp-insights/large.log", log);
  }
}, 500_000);
