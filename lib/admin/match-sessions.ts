import { and, eq, type SQL, sql } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { addresses, devices, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { begins } from "./begins-with";
import type { SessionFilter } from "./session-filter";

/** Up to so many owners, addresses or devices a filter counts as one that few satisfy. */
const FEW = 5_000;

/** The filter's conditions on sessions joined with their users, devices and addresses. */
export function matches({ q, ip, country, kind, userId }: SessionFilter): SQL | undefined {
  return and(
    userId ? eq(sessions.userId, userId) : undefined,
    q ? begins(q) : undefined,
    ip ? within(ip) : undefined,
    country ? eq(addresses.country, country) : undefined,
    kind ? eq(devices.kind, kind) : undefined,
  );
}

/**
 * Whether few satisfy any part of the filter: then its sessions are found from those few. Otherwise walking all
 * sessions in their order soon fills a page. One look into an index a part, which ends when there are many.
 */
export async function isSelective(context: Context, { q, ip, country, kind, userId }: SessionFilter): Promise<boolean> {
  if (userId) return true;
  const parts = await Promise.all([
    q ? areFew(context, users, begins(q)) : false,
    ip ? areFew(context, addresses, within(ip)) : false,
    country ? areFew(context, addresses, eq(addresses.country, country)) : false,
    kind ? areFew(context, devices, eq(devices.kind, kind)) : false,
  ]);
  return parts.includes(true);
}

function within(network: string): SQL {
  return sql`${addresses.address} <<= ${network}::inet`;
}

async function areFew({ db }: Context, table: PgTable, where: SQL | undefined): Promise<boolean> {
  const found = db.select({ one: sql`1`.as("one") }).from(table).where(where).limit(FEW + 1).as("found");
  const [row] = await db.select({ count: sql<number>`count(*)::int` }).from(found);
  return (row?.count ?? 0) <= FEW;
}
