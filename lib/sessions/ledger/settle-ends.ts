import { sql } from "drizzle-orm";
import { redisMemory, sessions } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { TOMBSTONE_SECONDS, type Tombstone } from "../store/session-entry";
import type { MarkedSession } from "./mark-ended";

/**
 * Copies the last uses that the tombstones carry into the rows of ended sessions, once each.
 * Where Redis knew none the row keeps its own, as a bound unless Redis was asked less than one ttl
 * before (a use since then would still be there) and has lost nothing since, a tombstone that carried it neither:
 * that is over ten minutes after the end. What it tells of the time before a loss is a bound. `afterLoss`: that loss is being replayed just now.
 * Whoever found a session expired has asked Redis already and decided this.
 */
export async function settleEnds(
  context: Context,
  ended: readonly MarkedSession[],
  tombstones: readonly Tombstone[],
  afterLoss: boolean,
): Promise<void> {
  const fresh = ended
    .map((session, index) => ({ session, seen: tombstones[index]?.lastSeen ?? null }))
    .filter(({ session }) => !session.settled)
    // Two processes that settle the same ones lock them in one order.
    .toSorted((a, b) => (a.session.id < b.session.id ? -1 : 1));
  if (fresh.length === 0) return;
  const seen = sql.join(
    fresh.map(({ session, seen: at }) => sql`(${session.id}::uuid, ${at === null ? null : new Date(at).toISOString()}::timestamptz)`),
    sql`, `,
  );
  await context.db.execute(sql`
    update ${sessions} as s
    set last_seen_at = least(greatest(s.last_seen_at, coalesce(known.seen, s.last_seen_at)), greatest(s.ended_at, s.last_seen_at)),
        last_seen_is_bound = case
          when s.end_reason = 'expired' then s.last_seen_is_bound
          when ${afterLoss} then true
          when known.seen is null then s.last_seen_is_bound
            or s.checked_at < clock_timestamp() - make_interval(secs => s.ttl_seconds)
            or s.end_recorded_at < clock_timestamp() - make_interval(secs => ${TOMBSTONE_SECONDS})
            or coalesce(memory.lost_at >= s.checked_at, false)
          else (s.last_seen_is_bound and known.seen <= s.expires_at - make_interval(secs => s.ttl_seconds))
            or coalesce(known.seen <= memory.lost_at, false)
        end,
        end_settled = true
    from (values ${seen}) as known (id, seen) left join ${redisMemory} as memory on true
    where s.id = known.id and not s.end_settled and s.ended_at is not null`);
}
