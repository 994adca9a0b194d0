import { eq, inArray, or, sql } from "drizzle-orm";
import { outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";

const BATCH = 500;

/**
 * Forgets mails of an account that is being erased, sent or not, with their links and what they keep an address for; those to
 * its addresses that nobody had looked up yet; and links that it handed over as an administrator. A batch a call; whether there may be more.
 */
export async function eraseMails({ db }: Context, userId: string, emailKeys: readonly string[]): Promise<boolean> {
  const about = (name: string) => sql`(${outgoingMails.about} ->> ${name})`;
  const theirs = or(eq(outgoingMails.userId, userId), inArray(about("emailKey"), [...emailKeys]), sql`${about("madeBy")} = ${userId}`);
  const some = db.select({ id: outgoingMails.id }).from(outgoingMails).where(theirs).limit(BATCH);
  const done = await db.delete(outgoingMails).where(sql`${outgoingMails.id} = any(array(${some}))`).returning({ id: outgoingMails.id });
  return done.length === BATCH;
}
