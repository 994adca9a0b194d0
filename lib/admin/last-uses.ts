import { and, isNull, sql } from "drizzle-orm";
import { databaseNow, redisMemory, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { livesOf } from "@/lib/sessions/lives-of";

/** The ended sessions that are looked at: those that ended last. An earlier one can hardly have been used later. */
const ENDED = 50;

/** When each of the users was last seen: their live sessions as Redis knows them, in one round trip, and those that ended last. */
export async function lastUses(context: Context, userIds: readonly string[]): Promise<Map<string, Date>> {
  const list = sql`(${`{${userIds.join(",")}}`}::text)::uuid[]`;
  const [open, ended] = await Promise.all([
    context.db
      .select({ session: sessions, now: databaseNow, lostAt: redisMemory.lostAt })
      .from(sessions)
      .leftJoin(redisMemory, sql`true`)
      .where(and(sql`${sessions.userId} = any(${list})`, isNull(sessions.endedAt))),
    context.db.execute<{ id: string; at: string }>(sql`
      select owner.id, max(last.last_seen_at) as at
      from unnest(${list}) as owner (id)
      cross join lateral (
        select last_seen_at from ${sessions} where user_id = owner.id and ended_at is not null order by ended_at desc, id desc limit ${ENDED}
      ) as last
      group by owner.id`),
  ]);
  const latest = new Map<string, Date>(ended.map(({ id, at }) => [id, new Date(at)]));
  const lives = open[0] ? await livesOf(context, open.map(({ session }) => session), open[0].now, open[0].lostAt) : [];
  open.forEach(({ session }, index) => {
    const use = lives[index]?.lastSeenAt ?? session.lastSeenAt;
    const known = latest.get(session.userId);
    if (!known || known < use) latest.set(session.userId, use);
  });
  return latest;
}
