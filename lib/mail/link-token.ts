import { and, eq, gt, isNull } from "drizzle-orm";
import { outgoingMails, statementTime } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { hmac, sha256 } from "@/lib/core/crypto";
import { type Failure, fail } from "@/lib/core/errors";
import { derivedKey } from "@/lib/core/sealing";
import type { MailRow } from "./mail-queue";

/** A condition on rows of `outgoing_mails`: their link may be used. */
export const isGoodLink = and(isNull(outgoingMails.droppedAt), isNull(outgoingMails.linkUsedAt), gt(outgoingMails.linkExpiresAt, statementTime));

const PURPOSE = "latchkey link";

/**
 * The token of 256 bits for the link of a mail that is being made: of one mail always the same, however often it is tried,
 * so that a copy that was delivered although nobody heard of it is not dead. Its hash goes into the mail's own row, if that
 * still stands: a link is never made for a right that was taken back while it waited (ACCOUNTS 2). Null: it was.
 */
export async function linkToken({ db, settings }: Context, { id, tokenHash }: Pick<MailRow, "id" | "tokenHash">): Promise<string | null> {
  const tokens = settings.ENCRYPTION_KEYS.map((key) => hmac(derivedKey(key, PURPOSE), id));
  const token = tokens.find((known) => sha256(known) === tokenHash) ?? tokens[0];
  if (token === undefined) throw new Error("no key for links");
  const rows = await db.update(outgoingMails).set({ tokenHash: sha256(token) }).where(and(eq(outgoingMails.id, id), isGoodLink)).returning({ id: outgoingMails.id });
  return rows.length > 0 ? token : null;
}

/** Where the link of a mail leads. The token stands in the query, which logs can leave out, and nowhere else (decision 23). */
export function linkTo({ settings }: Context, page: "reset" | "not-me" | "undo", token: string): string {
  return `${settings.APP_URL}/${page}?token=${token}`;
}

/** The mail whose link carries this token, if it may be used. Errors: `link_over`. */
export async function findLink({ db }: Context, token: string): Promise<MailRow | Failure> {
  const [row] = await db.select().from(outgoingMails).where(and(eq(outgoingMails.tokenHash, sha256(token)), isGoodLink));
  return row ?? fail("link_over");
}

/** Uses the link, in the transaction of what it does: of two at once one finds it good. Errors: `link_over`. */
export async function useLink({ db }: Context, { id }: Pick<MailRow, "id">): Promise<Failure | void> {
  const rows = await db.update(outgoingMails).set({ linkUsedAt: statementTime, tokenHash: null }).where(and(eq(outgoingMails.id, id), isGoodLink)).returning({ id: outgoingMails.id });
  if (rows.length === 0) return fail("link_over");
}
