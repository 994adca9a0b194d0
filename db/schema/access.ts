import { sql } from "drizzle-orm";
import { boolean, pgTable, text } from "drizzle-orm/pg-core";

/** What each role may do. The built-in ones are written at each migration from lib/access/schema.ts; the others are the operator's. */
export const roles = pgTable("roles", {
  name: text().primaryKey(),
  builtIn: boolean("built_in").notNull().default(false),
  permissions: text().array().notNull().default(sql`'{}'`),
});
