import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import * as schema from "@/db/schema";
import { seedRoles } from "@/lib/access/seed-roles";

/** Any number; the same for every instance, so that two that start together do not migrate at once. */
const LOCK = 7_305_214;

/** Brings the database at `url` to the newest schema, however long that takes. Waits for another instance that is at it. */
export async function migrateDatabase(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {}, connection: { statement_timeout: 0, lock_timeout: 0 } });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const db = drizzle(sql, { schema, casing: "snake_case" });
    await migrate(db, { migrationsFolder: join(process.cwd(), "db", "migrations") });
    await seedRoles({ db });
  } finally {
    await sql.end({ timeout: 2 });
  }
}
