import { and, eq, isNotNull, ne, or } from "drizzle-orm";
import { outgoingMails } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { isGoodLink } from "./link-token";

/**
 * The address to which a link leads an account back, as it was written, if it is this one: nobody else may take it
 * meanwhile (ACCOUNTS 2). `except`: the account whose own it may be.
 */
export async function findReservation({ db }: Context, emailKey: string, except: string | null): Promise<string | null> {
  const others = except === null ? undefined : ne(outgoingMails.userId, except);
  const [row] = await db.select({ address: outgoingMails.address }).from(outgoingMails).where(and(eq(outgoingMails.reserves, emailKey), isGoodLink, others));
  return row?.address ?? null;
}

/** Whether a link leads this account back to the address; `used`: one that is being used right now. */
export async function isReservedFor({ db }: Context, emailKey: string, userId: string, used: string): Promise<boolean> {
  const rows = await db.select({ id: outgoingMails.id }).from(outgoingMails).where(and(eq(outgoingMails.reserves, emailKey), eq(outgoingMails.userId, userId), or(eq(outgoingMails.id, used), isGoodLink))).limit(1);
  return rows.length > 0;
}

/** The addresses to which links lead this account back. */
export async function addressesLedTo({ db }: Context, userId: string): Promise<string[]> {
  const rows = await db.selectDistinct({ address: outgoingMails.address }).from(outgoingMails).where(and(eq(outgoingMails.userId, userId), isNotNull(outgoingMails.reserves), isGoodLink));
  return rows.flatMap(({ address }) => address ?? []);
}
