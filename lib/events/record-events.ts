import { events } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import type { EventType } from "./schema";

export type NewEvent = {
  userId: string | null;
  type: EventType;
  /** Who did it; by default the one who asks, on the account that it is about. */
  actor?: "user" | "admin" | "system";
  sessionId?: string | null;
  deviceId?: string | null;
  at?: Date;
  detail?: Record<string, unknown>;
};

/**
 * Writes events into the audit log, with the address they came from. Pass the context of the
 * transaction that makes the change: a change and its event are written in one (DESIGN 2).
 */
export async function recordEvents(context: Context, entries: readonly NewEvent[]): Promise<void> {
  if (entries.length === 0) return;
  const { actor, request, geo } = context;
  const place = request.address === null ? { country: null, city: null } : geo.locate(request.address);
  await context.db.insert(events).values(
    entries.map((entry) => ({
      id: newId(),
      userId: entry.userId,
      type: entry.type,
      actor: entry.actor ?? (actor.kind === "system" ? ("system" as const) : ("user" as const)),
      actorUserId: actor.kind === "user" ? actor.userId : null,
      sessionId: entry.sessionId ?? null,
      deviceId: entry.deviceId ?? null,
      address: request.address,
      ...place,
      ...(entry.at ? { at: entry.at } : {}),
      detail: entry.detail ?? {},
    })),
  );
}
