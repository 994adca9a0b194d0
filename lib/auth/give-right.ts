import { type MailSubject, outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { newSecret, sha256 } from "@/lib/core/crypto";
import { newId } from "@/lib/core/ids";
import type { HANDED_OVER } from "@/lib/mail/kinds";

/** `cuts`: the account's counter, as it stands once this is committed. `address`: the account's, which must still be it. */
export type Right = { kind: "forgotten" | typeof HANDED_OVER; userId: string; address: string; cuts: number; until: Date; about?: MailSubject };

/**
 * Gives a right to set a password that nobody is mailed, in the caller's transaction and under the account's lock: a row
 * of the queue that is never due. Returns its token of 256 random bits, which stands nowhere: it asks for no key, and no
 * copy of the database makes it again.
 */
export async function giveRight({ db }: Context, { until, ...right }: Right): Promise<string> {
  const token = newSecret();
  await db.insert(outgoingMails).values({ id: newId(), ...right, tokenHash: sha256(token), linkExpiresAt: until, notAfter: until });
  return token;
}
