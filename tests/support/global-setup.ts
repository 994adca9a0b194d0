import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "@/scripts/servers/postgres";
import { migrateDatabase } from "@/scripts/steps/migrate-database";
import { query } from "@/scripts/servers/query";
import { writeInstanceProgram } from "./instance-program";
import { makeTemporaryFolder } from "./temporary-folder";

/** Copied for each test file: quicker than running the migrations again. */
export const TEMPLATE = "template_latchkey";

declare module "vitest" {
  interface ProvidedContext {
    postgres: string;
    /** The program that instance.ts starts. */
    instance: string;
  }
}

/** One PostgreSQL a run, private to it. No fsync: tests kill processes, not the machine. */
export default async function setUp(project: TestProject) {
  const { folder, remove } = await makeTemporaryFolder();
  const settings = ["fsync=off", "full_page_writes=off", "max_connections=400"];
  const server = await startPostgres({ folder: join(folder, "postgres"), password: "test", settings });
  await query(server.url(), `create database ${TEMPLATE}`);
  await migrateDatabase(server.url(TEMPLATE));
  project.provide("postgres", server.url());
  if (["integration", "faults"].includes(project.name)) project.provide("instance", await writeInstanceProgram(folder));
  return async () => {
    await server.stop();
    await remove();
  };
}
