import { asc, eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { passkeyView } from "./passkey-view";
import type { Passkey } from "./schema";

/** An account's passkeys as its owner sees them, in the order in which they came. */
export async function listPasskeys({ db }: Context, userId: string): Promise<Passkey[]> {
  const rows = await db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.id));
  return rows.map(passkeyView);
}
