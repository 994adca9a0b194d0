import { z } from "zod";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { cursorTime, decodeCursor, encodeCursor, type Page } from "@/lib/core/page";
import { endedSessions } from "./ledger/ended-sessions";
import { openSessions } from "./ledger/open-sessions";
import type { Session } from "./schema";

export type SessionQuery = { limit: number; cursor?: string; ended: boolean };

/** Redis tells how long a session still lives, so its last use comes out a few milliseconds apart from page to page. */
const BLUR_MS = 25;
const NEAR = 8;

/** A cursor names the last session given: by its last use among the live ones, with those given just before it; by its end among the past ones. */
const cursorKeys = z.union([z.tuple([z.literal("live"), cursorTime, z.array(z.uuid()).max(NEAR)]), z.tuple([z.literal("ended"), cursorTime, z.uuid()])]);

/** The caller's sessions, current first, then by last use; with `ended` the past ones after them, latest end first. */
export async function listSessions(context: UserContext, { limit, cursor, ended }: SessionQuery): Promise<Page<Session> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const open = await openSessions(context);
  const items: Session[] = [];
  if (after?.[0] !== "ended") {
    const live = open.filter((session) => session.endedAt === null);
    items.push(...live.filter((session) => !after || (!session.current && isBefore(session.lastSeenAt, after[1]) && !after[2].includes(session.id))));
  }
  if (ended && items.length <= limit) {
    const start = after?.[0] === "ended" ? { endedAt: after[1], id: after[2] } : undefined;
    const past = await endedSessions(context, { limit: limit + 1 - items.length, ...(start ? { after: start } : {}) });
    // The sweeper has not been there yet.
    const expired = open.filter(({ endedAt, id }) => endedAt !== null && (!start || endedAt < start.endedAt || (endedAt === start.endedAt && id < start.id)));
    items.push(...[...expired, ...past].toSorted((a, b) => (b.endedAt ?? "").localeCompare(a.endedAt ?? "") || b.id.localeCompare(a.id)));
  }
  const page = items.slice(0, limit);
  const last = page.at(-1);
  if (!last || items.length <= limit) return { items: page, nextCursor: null };
  const given = [...(after?.[0] === "live" ? after[2] : []), ...page.map(({ id }) => id)].slice(-NEAR);
  return { items: page, nextCursor: encodeCursor(last.endedAt ? ["ended", last.endedAt, last.id] : ["live", last.lastSeenAt, given]) };
}

function isBefore(lastSeenAt: string, end: string): boolean {
  return Date.parse(lastSeenAt) <= Date.parse(end) + BLUR_MS;
}
