import { sql } from "drizzle-orm";
import { addresses } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newId } from "@/lib/core/ids";
import { canonicalAddress } from "./canonical-address";

/**
 * Notes that the user's account was used from the request's address now, and where that is.
 * Returns the row. Throws when the request has no address: there is nothing to note.
 */
export async function noteAddress(context: Context, userId: string): Promise<typeof addresses.$inferSelect> {
  const address = context.request.address === null ? null : canonicalAddress(context.request.address);
  if (address === null) throw new Error("noteAddress: the request has no address");
  const place = context.geo.locate(address);
  const [row] = await context.db
    .insert(addresses)
    .values({ id: newId(), userId, address, ...place })
    .onConflictDoUpdate({
      target: [addresses.userId, addresses.address],
      set: { ...place, lastSeenAt: sql`clock_timestamp()` },
    })
    .returning();
  return row as typeof addresses.$inferSelect;
}
