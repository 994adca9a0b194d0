import { sql } from "drizzle-orm";

/** PostgreSQL's clock, on which the ledger is kept; unlike `now()` it moves within a transaction. */
export const databaseNow = sql<Date>`clock_timestamp()`.mapWith((text: string) => new Date(text));

/** The same when the statement began. To find rows by: no index serves a comparison with a clock that moves. */
export const statementTime = sql`statement_timestamp()`;
