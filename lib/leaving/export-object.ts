import { newSecret } from "@/lib/core/crypto";

/** Everything that was ever written for an account's exports, or for one of them. */
export function exportsBelow(userId: string, exportId?: string): string {
  return exportId === undefined ? `exports/${userId}/` : `exports/${userId}/${exportId}/`;
}

/** Where one try writes to: no two write to one place, and nobody knows it from the ids that are shown. */
export function exportObject(userId: string, exportId: string): string {
  return `${exportsBelow(userId, exportId)}${newSecret()}.zip`;
}
