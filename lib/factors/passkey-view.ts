import type { passkeys } from "@/db/schema";
import { iso, isoOrNull } from "@/lib/core/time";
import type { Passkey } from "./schema";

type PasskeyRow = typeof passkeys.$inferSelect;

/** A passkey as its owner sees it. */
export function passkeyView({ id, name, synced, createdAt, lastUsedAt }: PasskeyRow): Passkey {
  return { id, name, synced, createdAt: iso(createdAt), lastUsedAt: isoOrNull(lastUsedAt) };
}
