import { and, eq, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { addresses, devices, sessions, users } from "@/db/schema";
import type { Context } from "@/lib/core/context";
import { begins } from "./begins-with";
import type { SessionFilter } from "./session-filter";

/** Up to so many owners, addresses or devices a filter is taken as a list of them. */
const FEW = 1_000;

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
 * The same conditions, told so that the first page costs no more at a million sessions: a filter that few satisfy
 * becomes the list of those few, from which their sessions are found; one that many satisfy stays a condition, and
 * walking the sessions in their order soon finds a page full. Which of the two it is takes one look into an index
 * and does not hang on the planner's guess.
 */
export async function narrowed(context: Context, filter: SessionFilter): Promise<SQL | undefined> {
  const { q, ip, country, kind, userId } = filter;
  const [byOwner, byNetwork, byCountry, byKind] = await Promise.all([
    q ? few(context, users, users.id, begins(q), sessions.userId) : null,
    ip ? few(context, addresses, addresses.id, within(ip), sessions.addressId) : null,
    country ? few(context, addresses, addresses.id, eq(addresses.country, country), sessions.addressId) : null,
    kind ? few(context, devices, devices.id, eq(devices.kind, kind), sessions.deviceId) : null,
  ]);
  const rest: SessionFilter = {
    ...(userId && { userId }),
    ...(q && !byOwner && { q }),
    ...(ip && !byNetwork && { ip }),
    ...(country && !byCountry && { country }),
    ...(kind && !byKind && { kind }),
  };
  return and(byOwner ?? undefined, byNetwork ?? undefined, byCountry ?? undefined, byKind ?? undefined, matches(rest));
}

function within(network: string): SQL {
  return sql`${addresses.address} <<= ${network}::inet`;
}

/** Null when there are more than a few. */
async function few({ db }: Context, table: PgTable, id: PgColumn, where: SQL | undefined, column: PgColumn): Promise<SQL | null> {
  const rows = await db.select({ id }).from(table).where(where).limit(FEW + 1);
  if (rows.length > FEW) return null;
  // One parameter, however many there are: each number of them would be a prepared statement of its own.
  const list = `{${rows.map((row) => String(row.id)).join(",")}}`;
  return sql`${column} = any((${list}::text)::uuid[])`;
}
