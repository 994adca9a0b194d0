import { z } from "zod";
import type { AdminContext } from "@/lib/access/require-permission";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, encodeCursor, type Page } from "@/lib/core/page";
import { iso } from "@/lib/core/time";
import { deviceView } from "@/lib/devices/device-view";
import { livesOf } from "@/lib/sessions/ledger/lives-of";
import { sessionView } from "@/lib/sessions/session-view";
import { isSelective, matches } from "./match-sessions";
import { ownerView } from "./owner-view";
import type { AdminSession } from "./schema";
import { type SelectedSession, selectSessions } from "./select-sessions";
import type { SessionsQuery } from "./session-filter";

const cursorKeys = z.tuple([z.iso.datetime(), z.uuid()]);

/**
 * Everyone's sessions that match, in the order in which they began. The last use of the live ones is exact, asked of
 * Redis in one pipelined round trip a page. What is past its end reads as ended, and is left out of the live ones: a
 * page of those may be shorter than its limit. Errors: `invalid_input` (cursor).
 */
export async function listAllSessions(context: AdminContext<"sessions.read">, query: SessionsQuery): Promise<Page<AdminSession> | Failure> {
  const { status, sort, limit, cursor } = query;
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const selective = await isSelective(context, query);
  const selection = { where: matches(query), selective, sort, after: after && { createdAt: after[0], id: after[1] }, limit: limit + 1 };
  const [open, ended] = await Promise.all([
    status === "ended" ? [] : selectSessions(context, { ...selection, open: true }),
    status === "active" ? [] : selectSessions(context, { ...selection, open: false }),
  ]);
  const rows = [...open, ...ended].sort(sort === "newest" ? (a, b) => byStart(b, a) : byStart);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1)?.session : undefined;
  const views = await viewsOf(context, page);
  return {
    items: status === "active" ? views.filter((session) => session.endedAt === null) : views,
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
  return rows.map(({ session, user, device, address }) => {
    const life = lifeOf.get(session.id) ?? { lastSeenAt: session.lastSeenAt, expiresAt: session.expiresAt, endedAt: session.endedAt };
    const current = session.id === context.actor.sessionId;
    const view = sessionView(
      { ...session, endedAt: life.endedAt, endReason: session.endReason ?? (life.endedAt ? "expired" : null) },
      {
        current,
        device: deviceView(device, { current, active: life.endedAt === null }),
        ip: address,
        lastSeenAt: life.lastSeenAt,
        expiresAt: life.expiresAt,
      },
    );
    return { ...view, user: ownerView(context.settings, user) };
  });
}
