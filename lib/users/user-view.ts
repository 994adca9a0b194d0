import type { users } from "@/db/schema";
import { iso } from "@/lib/core/time";
import type { User } from "./schema";

/** A user as they see themselves; never the password's hash. */
export function userView(row: typeof users.$inferSelect): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    image: null,
    role: row.role,
    emailVerified: row.emailVerified,
    createdAt: iso(row.createdAt),
  };
}
