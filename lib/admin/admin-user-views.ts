import type { users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isoOrNull } from "@/lib/core/time";
import { userView } from "@/lib/users/user-view";
import { lastUses } from "./last-uses";
import type { AdminUser } from "./schema";

/** Users as administrators see them. */
export async function adminUserViews(context: Context, rows: readonly (typeof users.$inferSelect)[]): Promise<AdminUser[]> {
  if (rows.length === 0) return [];
  const seen = await lastUses(context, rows.map(({ id }) => id));
  return rows.map((row) => ({ ...userView(context.settings, row), disabled: row.disabledAt !== null, lastSeenAt: isoOrNull(seen.get(row.id) ?? null) }));
}
