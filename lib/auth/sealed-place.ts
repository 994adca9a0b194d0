import { derivedKey, type SealingKey } from "@/lib/core/sealing";
import type { Settings } from "@/lib/platform/env";

/** What a sealed column is bound to: its row cannot be given another's (ACCOUNTS 9). */
export function sealedPlace(table: "attempts", id: string): string {
  return `${table}/${id}/sealed`;
}

/**
 * Under what an attempt keeps what nobody may read. A house without mail may have no `ENCRYPTION_KEYS`; a native client's description
 * of its device, which waits for a quarter of an hour at the most, is sealed there all the same.
 */
export function attemptKeys({ ENCRYPTION_KEYS, SESSION_SECRETS }: Pick<Settings, "ENCRYPTION_KEYS" | "SESSION_SECRETS">): readonly SealingKey[] {
  if (ENCRYPTION_KEYS.length > 0) return ENCRYPTION_KEYS;
  return SESSION_SECRETS.map(({ id, secret }) => ({ id: `s${id}`, key: derivedKey({ id: String(id), key: Buffer.from(secret) }, "latchkey attempt") }));
}
