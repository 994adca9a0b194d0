import { and, desc, eq, gt, sql } from "drizzle-orm";
import { events, statementTime } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import type { Context, UserContext } from "@/lib/core/context";
import { isId } from "@/lib/core/ids";
import { iso } from "@/lib/core/time";
import { HABIT_DAYS, type SignInTime } from "./schema";

/** No account has a habit that takes more to be seen. */
const AT_MOST = 1_000;

/** How far back they go: no further than events are kept. */
export function habitDays({ settings }: Pick<Context, "settings">): number {
  return Math.min(HABIT_DAYS, settings.EVENTS_RETENTION_DAYS ?? HABIT_DAYS);
}

/** When and from where one signed in oneself in the last `HABIT_DAYS`, newest first. */
export function listOwnSignInTimes(context: UserContext): Promise<SignInTime[]> {
  return timesOf(context, context.actor.userId);
}

/** The same of one account, for who may see both where people are and what they did. */
export async function listSignInTimes(context: AdminContext<"sessions.read">, _events: AdminContext<"events.read">, userId: string): Promise<SignInTime[]> {
  return isId(userId) ? timesOf(context, userId) : [];
}

async function timesOf({ db }: Context, userId: string): Promise<SignInTime[]> {
  const rows = await db
    .select({ at: events.at, country: events.country, city: events.city, unusual: sql<boolean>`coalesce(jsonb_array_length(case when jsonb_typeof(${events.detail}->'rules') = 'array' then ${events.detail}->'rules' end) > 0, false)` })
    .from(events)
    .where(and(eq(events.userId, userId), eq(events.type, "sign_in.succeeded"), gt(events.at, sql`${statementTime} - make_interval(days => ${HABIT_DAYS})`)))
    .orderBy(desc(events.at), desc(events.id))
    .limit(AT_MOST);
  return rows.map(({ at, ...place }) => ({ at: iso(at), ...place }));
}
