import type { users } from "@/db/schema";
import { iso } from "@/lib/core/time";
import type { Settings } from "@/lib/platform/env";
import { avatarImage } from "./avatar-image";
import type { User } from "./schema";

/** A user as they see themselves; never the password's hash. */
export function userView(settings: Settings, row: typeof users.$inferSelect): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    image: avatarImage(settings, row.id, row.avatarVersion),
    role: row.role,
    emailVerified: row.emailVerified,
    createdAt: iso(row.createdAt),
  };
}
