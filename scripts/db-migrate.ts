import { migrateDatabase } from "./steps/migrate-database";
import { Trouble } from "./trouble";
import { commandEnvironment } from "./up/running";

/** Brings the database to the newest schema. */
export async function main(): Promise<void> {
  const url = commandEnvironment().DATABASE_URL;
  if (!url) throw new Trouble("DATABASE_URL is missing.");
  await migrateDatabase(url);
  console.log("The database is up to date.");
}
