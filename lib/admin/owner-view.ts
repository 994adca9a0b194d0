import type { users } from "@/db/schema";
import { userView } from "@/lib/users/user-view";
import type { Owner } from "./schema";

/** A user, beside what is theirs. */
export function ownerView(row: typeof users.$inferSelect): Owner {
  const { id, email, name, image } = userView(row);
  return { id, email, name, image };
}
