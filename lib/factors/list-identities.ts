import { asc, eq } from "drizzle-orm";
import { identities } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { identityView } from "./identity-view";
import type { Identity } from "./schema";

/** What is linked to an account, in the order in which it came; also of providers that the operator has taken away, which open nothing. */
export async function listIdentities({ db, settings }: Context, userId: string): Promise<Identity[]> {
  const rows = await db.select().from(identities).where(eq(identities.userId, userId)).orderBy(asc(identities.id));
  return rows.map((row) => identityView(settings, row));
}
