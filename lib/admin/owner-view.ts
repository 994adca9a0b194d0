import type { users } from "@/db/schema";
import type { Settings } from "@/lib/platform/env";
import { userView } from "@/lib/users/user-view";
import type { Owner } from "./schema";

/** A user, beside what is theirs. */
export function ownerView(settings: Settings, row: typeof users.$inferSelect): Owner {
  const { id, email, name, image } = userView(settings, row);
  return { id, email, name, image };
}
