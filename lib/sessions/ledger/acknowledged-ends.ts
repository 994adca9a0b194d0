import { LRUCache } from "lru-cache";
import { singleton } from "@/lib/core/singleton";
import type { Connection } from "@/lib/platform/redis/redis";

/** More than end in the half minute that a replay covers; beyond it one is put again, which does no harm. */
const MOST = 50_000;

type Acknowledged = { lineage: string | null; ids: LRUCache<string, true> };

/**
 * The ends whose tombstones this very connection has acknowledged, by session. Worth as much as the connection: another one,
 * to whatever server, begins with none, and none is left when Redis was found to have lost something or to hold another's data.
 */
function acknowledgedOn(connection: Connection): Acknowledged {
  const all = singleton("acknowledgedEnds", () => new WeakMap<Connection, Acknowledged>());
  const acknowledged = all.get(connection) ?? { lineage: null, ids: new LRUCache<string, true>({ max: MOST }) };
  all.set(connection, acknowledged);
  return acknowledged;
}

/** Call with what a trusted connection answered, and before anything else is asked of it. */
export function noteAcknowledged(connection: Connection, ended: readonly { id: string }[]): void {
  const { ids } = acknowledgedOn(connection);
  for (const { id } of ended) ids.set(id, true);
}

export function isAcknowledged(connection: Connection, sessionId: string): boolean {
  return acknowledgedOn(connection).ids.has(sessionId);
}

/** Forgets them all when Redis has lost something, or is of another lineage (its masters' `run_id` and `master_replid`) than before. */
export function forgetAcknowledged(connection: Connection, lost: boolean, lineage: string): void {
  const acknowledged = acknowledgedOn(connection);
  if (lost || acknowledged.lineage !== lineage) acknowledged.ids.clear();
  acknowledged.lineage = lineage;
}
