import { and, lte } from "drizzle-orm";
import { z } from "zod";
import { sessions, statementTime } from "@/db/schema";
import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { deviceView } from "@/lib/devices/device-view";
import { livesOf } from "@/lib/sessions/lives-of";
import { sessionView } from "@/lib/sessions/session-view";
import { isSelective, matches } from "./match-sessions";
import { ownerView } from "./owner-view";
import type { AdminSession } from "./schema";
import { type SelectedSession, selectSessions } from "./select-sessions";
import type { SessionsQuery } from "./session-filter";

const cursorKeys = z.tuple([cursorTime, z.uuid()]);

/**
 * Everyone's sessions that match, in the order in which they began. The last use of the live ones is exact, asked of
 * Redis in one pipelined round trip a page. What is past its end reads as ended, though the sweeper has not been there: a
 * page of live or of ended ones may be shorter than its limit. Errors: `invalid_input` (cursor).
 */
export async function listAllSessions(context: AdminContext<"sessions.read">, query: SessionsQuery): Promise<Page<AdminSession> | Failure> {
  const { status, sort, limit, cursor } = query;
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const selective = await isSelective(context, query);
  const where = matches(query);
  const selection = { where, selective, sort, after: after && { createdAt: after[0], id: after[1] }, limit: limit + 1 };
  const [open, ended] = await Promise.all([
    // Past its end it is due, though the sweeper has not been there yet.
    selectSessions(context, status === "ended" ? { ...selection, where: and(where, lte(sessions.checkDueAt, statementTime)), selective: true, open: true } : { ...selection, open: true }),
    status === "active" ? [] : selectSessions(context, { ...selection, open: false }),
  ]);
  const rows = [...open, ...ended].sort(sort === "newest" ? (a, b) => byStart(b, a) : byStart);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.session : undefined;
  const views = await viewsOf(context, page);
  return {
    items: status === "all" ? views : views.filter((session) => (session.endedAt !== null) === (status === "ended")),
    nextCursor: last ? encodeCursor([iso(last.createdAt), last.id]) : null,
  };
}

function byStart({ session: a }: SelectedSession, { session: b }: SelectedSession): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}

async function viewsOf(context: AdminContext<"sessions.read">, rows: readonly SelectedSession[]): Promise<AdminSession[]> {
  const open = rows.filter(({ session }) => session.endedAt === null);
  const first = open[0];
  const lives = first ? await livesOf(context, open.map(({ session }) => session), first.now, first.lostAt) : [];
  const lifeOf = new Map(open.map(({ session }, index) => [session.id, lives[index]]));
  return rows.map(({ session, user, device, address, now }) => {
    const life = lifeOf.get(session.id) ?? { lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, endedAt: session.endedAt };
    const current = session.id === context.actor.sessionId;
    const view = sessionView(
      { ...session, endedAt: life.endedAt, endReason: session.endReason ?? (life.endedAt ? "expired" : null) },
      {
        current,
        device: deviceView(device, { current, active: life.endedAt === null, ways: user.ways, now }),
        ip: address,
        lastSeenAt: life.lastSeenAt,
        expiresAt: life.expiresAt,
      },
    );
    return { ...view, user: ownerView(context.settings, user) };
  });
}
