import { eq } from "drizzle-orm";
import { passkeys } from "@/db/schema";
import type { UserContext } from "@/lib/core/context";
import { relyingParty, userHandleOf } from "@/lib/factors/relying-party";

/** Which passkeys still open the caller's account, in the words of authenticators. */
export async function acceptedPasskeys({ db, settings, actor: { userId } }: UserContext): Promise<{ rpId: string; userHandle: string; credentialIds: string[] }> {
  const rows = await db.select({ id: passkeys.credentialId }).from(passkeys).where(eq(passkeys.userId, userId));
  return { rpId: relyingParty(settings).id, userHandle: userHandleOf(userId), credentialIds: rows.map(({ id }) => id) };
}
