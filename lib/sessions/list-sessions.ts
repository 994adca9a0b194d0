import { z } from "zod";
import type { UserContext } from "@/lib/core/context";
import { type Failure, isFailure } from "@/lib/core/errors";
import { decodeCursor, encodeCursor, type Page } from "@/lib/core/page";
import { endedSessions } from "./ledger/ended-sessions";
import { openSessions } from "./ledger/open-sessions";
import type { Session } from "./schema";

export type SessionQuery = { limit: number; cursor?: string; ended: boolean };

/** A cursor names the last session given: by its last use among the live ones, by its end among the past ones. */
const cursorKeys = z.tuple([z.enum(["live", "ended"]), z.iso.datetime(), z.uuid()]);

/** The caller's sessions, current first, then by last use; with `ended` the past ones after them, latest end first. */
export async function listSessions(context: UserContext, { limit, cursor, ended }: SessionQuery): Promise<Page<Session> | Failure> {
  const after = decodeCursor(cursor, cursorKeys);
  if (isFailure(after)) return after;
  const items: Session[] = [];
  if (after?.[0] !== "ended") {
    const live = (await openSessions(context)).filter((session) => session.endedAt === null);
    items.push(...live.filter((session) => !after || (!session.current && follows(session, after[1], after[2]))));
  }
  if (ended && items.length <= limit) {
    const start = after?.[0] === "ended" ? { endedAt: after[1], id: after[2] } : undefined;
    items.push(...(await endedSessions(context, { limit: limit + 1 - items.length, ...(start ? { after: start } : {}) })));
  }
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const more = items.length > limit && last;
  return { items: page, nextCursor: more ? encodeCursor(last.endedAt ? ["ended", last.endedAt, last.id] : ["live", last.lastSeenAt, last.id]) : null };
}

function follows(session: Session, lastSeenAt: string, id: string): boolean {
  return session.lastSeenAt < lastSeenAt || (session.lastSeenAt === lastSeenAt && session.id < id);
}
